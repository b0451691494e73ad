import type { Node } from '../tensor/graph.js';
import { scanOf } from '../tensor/ops/control.js';
import type { Spec } from '../tensor/record.js';
import { bytesOf } from './arena.js';
import type { Global } from './func.js';
import type { Layout, Place, Wiring } from './layout.js';
import { type Body, type ControlKernel, type Kernel, reads } from './schedule.js';

/** Where is what a control kernel reads and writes, and how far scratch memory has moved. */
export type Surroundings = Pick<Layout, 'place' | 'shift'>;

export interface Wired {
  /** For each body. */
  readonly wirings: readonly Wiring[];
  /** What says how far slices have moved on that are read where they lie, and results that are stacked where they are made. */
  readonly travelling: ReadonlyMap<Place, Global>;
  /** Bytes taken by values that have no place of their own. */
  readonly bytes: number;
}

const ALIGNMENT = 16;

/** Gives everything that the bodies read and write a place: outside, or from address `room` on. */
export function wire(
  kernel: ControlKernel,
  { place, shift }: Surroundings,
  room: number,
  global: () => Global,
  stacksInPlace = false,
): Wired {
  const { node, bodies, operands, parts } = kernel;
  let bytes = 0;
  const slot = ({ shape, dtype }: Spec): Place => {
    const region = { address: room + bytes, shape, dtype, ...(shift && { moved: shift }) };
    bytes += Math.ceil(bytesOf(region) / ALIGNMENT) * ALIGNMENT;
    return region;
  };
  const at = ({ shape, dtype }: Spec, node: Node): Place => ({ ...place(node), shape, dtype });
  const part = (i: number): Node | undefined => parts.find(({ params }) => params.index === i);
  if (node.op === 'cond') {
    const captured = operands.slice(1).map(({ base }) => at(base, base));
    const outside = bodies.map(({ results }) => ({
      inputs: captured,
      outputs: results.map((i) => at(part(i)!, part(i)!)),
    }));
    return { wirings: outside, travelling: new Map(), bytes };
  }
  const carries = Number(node.params.carries);
  const stacks = node.op === 'scan' ? scanOf(node.params).stacks : 0;
  const travelling = new Map<Place, Global>();
  const travels = (spec: Spec, node: Node): Place => {
    const moved = global();
    const through = { ...at(spec, node), moved };
    travelling.set(through, moved);
    return through;
  };
  const inputs = bodies[0]!.graph.inputs.map((input, i): Place => {
    if (i >= carries + stacks) return at(input, operands[i]!.base);
    if (i >= carries) return readInPlace(bodies[0]!, input) ? travels(input, operands[i]!.base) : slot(input);
    const last = part(i);
    return last ? at(input, last) : slot(input);
  });
  const wirings = bodies.map(({ graph, results, renews }) => ({
    inputs,
    outputs: results.map((i, at) => {
      if (renews && i < carries) return inputs[i]!;
      const output = graph.outputs[at]!;
      return stacksInPlace ? travels(output, part(i)!) : slot(output);
    }),
  }));
  return { wirings, travelling, bytes };
}

/** Whether a slice is read only by what can follow it through the array that it is a slice of. */
function readInPlace({ schedule: { kernels, outputs } }: Body, slice: Node): boolean {
  const follows = (kernel: Kernel): boolean =>
    kernel.kind === 'loop' ||
    kernel.kind === 'dot' ||
    reads(kernel).every(({ base }, i) => base !== slice || isStack(kernel, i));
  return kernels.every(follows) && outputs.every(({ base }) => base !== slice);
}

/** Whether a kernel is a scan that takes an operand slice by slice. */
function isStack(kernel: Kernel, operand: number): boolean {
  if (kernel.kind !== 'control' || kernel.node.op !== 'scan') return false;
  const { carries, stacks } = scanOf(kernel.node.params);
  return operand >= carries && operand < carries + stacks;
}
