import type { Node } from '../tensor/graph.js';
import { scanOf } from '../tensor/ops/control.js';
import type { Spec } from '../tensor/record.js';
import { bytesOf, type Region } from './arena.js';
import type { Emission } from './emit.js';
import { type Body, type ControlKernel, type Kernel, reads } from './fuse.js';
import { type Place, pushPlace, type Wiring } from './layout.js';
import type { Lockstep } from './threads/barrier.js';
import { copyTask, type Extent, sequence, type Task } from './threads/tasks.js';
import type { Func, FuncRef, Global, WasmModule } from './wasm.js';

// A body is compiled once, as a function that works at fixed addresses. Carries lie where their last values are wanted,
// and a body renews them in place; captured values are read where they lie, and so are slices, through a global that says
// how far the loop has moved on. (Only what loops and products read: else they are copied in.) Results that are to be
// stacked are copied out.

/** Addresses of what a control kernel reads and writes. */
export interface Surroundings {
  buffer(node: Node): number;
}

interface Wired {
  /** For each body. */
  readonly wirings: readonly Wiring[];
  /** Bytes taken by values that have no place of their own. */
  readonly bytes: number;
}

const ALIGNMENT = 16;

/** Gives everything that the bodies read and write a place: outside, or from address `room` on. */
function wire(kernel: ControlKernel, { buffer }: Surroundings, room: number, global: () => Global): Wired {
  const { node, bodies, operands, parts } = kernel;
  let bytes = 0;
  const slot = ({ shape, dtype }: Spec): Region => {
    const region = { address: room + bytes, shape, dtype };
    bytes += Math.ceil(bytesOf(region) / ALIGNMENT) * ALIGNMENT;
    return region;
  };
  const at = ({ shape, dtype }: Spec, place: Node): Region => ({ address: buffer(place), shape, dtype });
  const part = (i: number): Node | undefined => parts.find(({ params }) => params.index === i);
  if (node.op === 'cond') {
    const captured = operands.slice(1).map(({ base }) => at(base, base));
    const outside = bodies.map(({ results }) => ({
      inputs: captured,
      outputs: results.map((i) => at(part(i)!, part(i)!)),
    }));
    return { wirings: outside, bytes };
  }
  const carries = Number(node.params.carries);
  const stacks = node.op === 'scan' ? scanOf(node.params).stacks : 0;
  const inputs = bodies[0]!.graph.inputs.map((input, i): Place => {
    if (i >= carries + stacks) return at(input, operands[i]!.base);
    if (i >= carries)
      return readInPlace(bodies[0]!, input)
        ? { ...at(input, operands[i]!.base), moved: global() }
        : slot(input);
    const last = part(i);
    return last ? at(input, last) : slot(input);
  });
  const wirings = bodies.map(({ graph, results, renews }) => ({
    inputs,
    outputs: results.map((i, at) => (renews && i < carries ? inputs[i]! : slot(graph.outputs[at]!))),
  }));
  return { wirings, bytes };
}

/** Whether a slice is read only by what can follow it through the array that it is a slice of. */
function readInPlace({ schedule: { kernels, outputs } }: Body, slice: Node): boolean {
  const follows = (kernel: Kernel): boolean =>
    kernel.kind === 'loop' || kernel.kind === 'dot' || reads(kernel).every(({ base }) => base !== slice);
  return kernels.every(follows) && outputs.every(({ base }) => base !== slice);
}

/** Bytes that a control kernel needs beside its results. */
export function controlRoom(
  kernel: ControlKernel,
  scratchOf: (body: Body, wiring: Wiring) => number,
): number {
  const { wirings, bytes } = wire(kernel, { buffer: (node) => -1 - node.id }, 0, () => ({ index: 0 }));
  return bytes + Math.max(...kernel.bodies.map((body, i) => scratchOf(body, wirings[i]!)));
}

/** Writes a node with bodies as a function. A team runs all of it in lock-step. */
export function controlKernel(
  module: WasmModule,
  kernel: ControlKernel,
  at: Surroundings & { room(node: Node): Extent },
  { writeBody, team }: Pick<Emission, 'writeBody' | 'team'>,
): FuncRef {
  const room = at.room(kernel.node);
  const { wirings, bytes } = wire(kernel, at, room.address, () => module.global());
  const scratch = { address: room.address + bytes, bytes: room.bytes - bytes };
  const bodies = kernel.bodies.map((body, i) => writeBody(body, wirings[i]!, scratch, team));
  const operand = (i: number): number => at.buffer(kernel.operands[i]!.base);
  const begin = (f: Func): void => {
    const carries = Number(kernel.node.params.carries);
    const copies = wirings[0]!.inputs
      .slice(0, carries)
      .map((region, i) => copyTask({ from: operand(i), to: region.address, bytes: bytesOf(region) }));
    sequence(f, copies, team);
  };
  switch (kernel.node.op) {
    case 'cond':
      return module.func([], [], (f) => {
        f.i32(operand(0)).memory('i32.load');
        f.if(
          () => f.call(bodies[0]!),
          () => f.call(bodies[1]!),
        );
      });
    case 'while':
      return module.func([], [], (f) => {
        begin(f);
        f.block(() => {
          f.loop(() => {
            const stops = f.local('i32');
            f.call(bodies[0]!)
              .i32(wirings[0]!.outputs[0]!.address)
              .memory('i32.load')
              .op('i32.eqz')
              .set(stops);
            // All have looked before the next turn decides anew.
            if (team) team.barrier(f);
            f.get(stops).brIf(1).call(bodies[1]!).br(0);
          });
        });
      });
    default:
      return module.func([], [], (f) => {
        begin(f);
        turns(f, kernel, at, wirings[0]!, bodies[0]!, team);
      });
  }
}

/** The turns of a scan. */
function turns(
  f: Func,
  { node, operands, parts, bodies }: ControlKernel,
  { buffer }: Surroundings,
  { inputs, outputs }: Wiring,
  body: FuncRef,
  team: Lockstep | undefined,
): void {
  const { carries, stacks, length, reverse, body: whole } = scanOf(node.params);
  if (length === 0) return;
  const t = f.local('i32');
  const pushSlice = (base: number, bytes: number): Func =>
    f
      .i32(reverse ? base + (length - 1) * bytes : base)
      .get(t)
      .i32(reverse ? -bytes : bytes)
      .op('i32.mul')
      .op('i32.add');
  const stacked = parts.flatMap((part) => {
    const i = Number(part.params.index);
    return i < carries
      ? []
      : [{ to: buffer(part), output: whole.outputs[i]!, place: bodies[0]!.results.indexOf(i) }];
  });
  const copy = (to: () => void, from: () => void, region: Region): Task => ({
    reads: [],
    writes: [],
    chunks: 'lone',
    write() {
      to();
      from();
      f.i32(bytesOf(region)).copy();
    },
  });
  const lies = (place: Place) => () => pushPlace(f, place);
  const sliced = (base: number, region: Region) => () => pushSlice(base, bytesOf(region));
  const slices = inputs.slice(carries, carries + stacks);
  const before = [
    ...slices.flatMap((slot, i) => {
      const from = sliced(buffer(operands[carries + i]!.base), slot);
      return slot.moved ? [] : [copy(lies(slot), from, slot)];
    }),
    // What a turn begins with may be asked for, too: before it is renewed.
    ...stacked
      .filter(({ place }) => place < 0)
      .map(({ to, output }) => {
        const from = inputs[whole.inputs.indexOf(output)]!;
        return copy(sliced(to, from), lies(from), from);
      }),
  ];
  const after = stacked
    .filter(({ place }) => place >= 0)
    .map(({ to, place }) => copy(sliced(to, outputs[place]!), lies(outputs[place]!), outputs[place]!));
  f.count(t, 0, length, 1, () => {
    for (const slot of slices) if (slot.moved) pushSlice(0, bytesOf(slot)).setGlobal(slot.moved);
    const turn: Task = { reads: [], writes: [], chunks: 'all', write: () => f.call(body) };
    sequence(f, [...before, turn, ...after], team);
  });
}
