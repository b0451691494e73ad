import { type ArrayInput, array, isArrayInput } from '../tensor/array.js';
import type { DType } from '../tensor/dtype.js';
import type { Graph } from '../tensor/graph.js';
import { describe } from '../tensor/ops/define.js';
import type { Shape } from '../tensor/shape.js';
import { trace } from '../tensor/trace.js';
import { flatten } from '../tensor/tree.js';
import type { Values } from '../tensor/values.js';
import type { Arena } from './arena.js';
import { type Arranged, arrange } from './arrange.js';
import { NOWHERE } from './layout.js';
import { mostAlive } from './plan.js';
import { type Kernel, written } from './schedule.js';
import { GRAIN } from './threads/cost.js';

/** A stretch of scratch memory, and what lies there for how long. */
export interface MemoryPlace {
  /** `%7`, as in the printed graph, or what else is kept: `room of %7` for what its kernel needs beside it. */
  readonly name: string;
  readonly op: string;
  readonly shape: Shape;
  readonly dtype: DType;
  readonly offset: number;
  readonly bytes: number;
  /** The first and the last kernel that need it, by number. */
  readonly first: number;
  readonly last: number;
}

/** Where a program keeps what it works out on the way. */
export interface MemoryPlan {
  /** Scratch memory in all. */
  readonly bytes: number;
  /** The largest sum of what is alive at one time, each rounded up to where the next may begin; the last need not be. */
  readonly alive: number;
  /** What each kernel makes. */
  readonly kernels: readonly string[];
  /** By ascending offset. */
  readonly places: readonly MemoryPlace[];
}

/**
 * The scratch memory that the compiled program of a function needs: which array lies where, from which kernel to which.
 * Inputs, constants and results have places of their own and are not among them. To look at: {@link printMemoryPlan} shows it.
 *
 * @param f as for `compile`
 * @param args arguments of the shapes and types in question
 * @example
 * ```ts
 * import { grad, memoryPlan, printMemoryPlan, type Tensor } from '@downslope/core';
 * const loss = (w: Tensor, x: Tensor) => x.matmul(w).tanh().square().sum();
 * console.log(printMemoryPlan(memoryPlan(grad(loss), [[1], [2]], [[1, 2], [3, 4]])));
 * ```
 */
export function memoryPlan<Args extends readonly unknown[]>(
  f: (...args: Args) => unknown,
  ...args: { [K in keyof Args]: Values<Args[K]> }
): MemoryPlan {
  const flat = args.map((arg) => flatten(arg, isArrayInput));
  const specs = flat.map((arg) => ({ ...arg, leaves: arg.leaves.map((leaf) => array(leaf as ArrayInput)) }));
  return planOf(trace(f as (...args: never[]) => unknown, specs).graph);
}

/** What a program of the graph would keep on such a machine, its inputs and outputs apart from each other. */
export function planOf(
  graph: Graph,
  { host, grain, crew }: Pick<Arena, 'host' | 'grain' | 'crew'> = { host: {}, grain: GRAIN, crew: undefined },
): MemoryPlan {
  // Nothing is written: all that counts is that no two of them are one.
  const apart = graph.inputs.length;
  const wiring = {
    inputs: graph.inputs.map(({ shape, dtype }, i) => ({ address: -1 - i, shape, dtype })),
    outputs: graph.outputs.map(({ shape, dtype }, i) => ({ address: -1 - apart - i, shape, dtype })),
  };
  return planFrom(arrange(graph, { ...NOWHERE, host, grain, crew }, wiring).each);
}

/** What a layout says, in words. */
export function planFrom({ graph, schedule, layout }: Arranged): MemoryPlan {
  const names = new Map(graph.nodes.map((node, i) => [node, `%${i}`]));
  const taken = layout.stretches.filter(({ bytes }) => bytes > 0);
  return {
    bytes: layout.scratchBytes,
    alive: Math.min(mostAlive(taken), layout.scratchBytes),
    kernels: schedule.kernels.map((kernel) => `${kernel.kind} ${made(kernel, names)}`),
    places: taken
      .map(({ node, beside, offset, bytes, first, last }) => {
        const name = names.get(node) ?? '%?';
        const { op, shape, dtype } = node;
        return { name: beside ? `room of ${name}` : name, op, shape, dtype, offset, bytes, first, last };
      })
      .sort((a, b) => a.offset - b.offset || a.first - b.first),
  };
}

/** What a kernel makes, and from which arrays it reads some rows only: those that an index picks, or that are touched. */
function made(kernel: Kernel, names: ReadonlyMap<object, string>): string {
  const nodes = written(kernel).map((node) => `${names.get(node)} ${node.op}`);
  const isLoop = kernel.kind === 'loop';
  const read = isLoop ? [...kernel.loads.values()] : kernel.operands;
  const tables = new Set(read.flatMap(({ base, picked }) => (picked ? [base] : [])));
  if (isLoop && kernel.visits) tables.add(kernel.visits);
  return [nodes.join(', '), ...[...tables].map((table) => `rows of ${names.get(table)}`)].join(' from ');
}

/** A memory plan as text: what each kernel makes, then each place with its bytes and the kernels that it lives through. */
export function printMemoryPlan({ bytes, alive, kernels, places }: MemoryPlan): string {
  const wide = (n: number): string => String(n).padStart(String(bytes).length);
  return [
    `${kernels.length} kernels, ${bytes} bytes of scratch memory, at most ${alive} of them alive at a time`,
    ...kernels.map((kernel, i) => `kernel ${i}: ${kernel}`),
    ...places.map(
      ({ name, op, shape, dtype, offset, bytes, first, last }) =>
        `${wide(offset)} … ${wide(offset + bytes)}  kernels ${first}–${last}  ${name} ${op} ${describe({ dtype, shape })}`,
    ),
  ].join('\n');
}
