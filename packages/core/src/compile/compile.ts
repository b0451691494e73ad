import { type ArrayInput, array, isArrayInput, type NdArray } from '../tensor/array.js';
import type { Spec } from '../tensor/record.js';
import { trace } from '../tensor/trace.js';
import { type Flat, flatten, type Tree } from '../tensor/tree.js';
import type { Results, Values } from '../tensor/values.js';
import {
  ALIGNMENT,
  Arena,
  bytesOfAll,
  inWords,
  largestOf,
  left,
  megabytes,
  OutOfMemory,
  type Region,
  type Threads,
  type Wanted,
} from './arena.js';
import type { Host } from './host.js';
import { assemble, type Program } from './program.js';
import { shapesOn } from './shapes.js';

interface Ready {
  readonly program: Program;
  readonly inputs: readonly Region[];
  readonly outputs: readonly Region[];
  rebuild(leaves: readonly NdArray[]): Tree<NdArray>;
}

/**
 * Turns a function of tensors into one of arrays, run as WebAssembly. It is traced and compiled once for each
 * combination of shapes and element types that it is called with, of which it keeps the 32 used last. All of them share
 * one memory, as large as the largest needs; results are copies.
 *
 * @param f a function from tensors, or trees of them, to a tensor or a tree of them; it must not depend on anything
 *   that changes from call to call but its arguments. Name what a tree holds, as in `({ a, b }) => …`: a list such as
 *   `[2, 3]` is one vector
 * @param options `host`: what the machine offers beyond WebAssembly (the package `downslope` finds it by itself);
 *   `threads`: how many share the work of a call, or `'auto'` (default 1). The results are the same bits for any number.
 *   Workers are started once calls have taken a while, and go with the function
 * @returns the same function on numbers, nested lists, typed arrays and `NdArray`s. Plain numbers and lists are float64
 * @throws at a call: while tracing, when shapes or element types do not fit; when arrays do not fit into memory, with the
 *   number of rows that would
 * @example
 * ```ts
 * import { compile, type Tensor } from '@downslope/core';
 * const distance = compile((x: Tensor, y: Tensor) => x.sub(y).square().sum().sqrt());
 * console.log(distance([0, 3], [4, 0]).data[0]); // 5
 * ```
 */
export function compile<Args extends readonly unknown[], Result>(
  f: (...args: Args) => Result,
  { host, threads }: { host?: Host; threads?: Threads } = {},
): (...args: { [K in keyof Args]: Values<Args[K]> }) => Results<Result> {
  const arena = new Arena(host, threads);
  const ready = shapesOn<Ready>(arena);
  return (...args) => {
    const flat = args.map((arg) => flatten(arg, isArrayInput));
    const values = flat.map(({ leaves }) => leaves.map((leaf) => array(leaf)));
    const key = JSON.stringify(
      flat.map(({ names }, i) => [names, values[i]!.map(({ shape, dtype }) => [shape, dtype])]),
    );
    const found = ready(key, () => prepare(f as (...args: never[]) => unknown, flat, values, arena));
    return call(found, arena, values.flat()) as Results<Result>;
  };
}

function prepare(
  f: (...args: never[]) => unknown,
  flat: readonly Flat<ArrayInput>[],
  values: readonly (readonly NdArray[])[],
  arena: Arena,
): Ready {
  const { graph, output } = trace(
    f,
    flat.map((arg, i) => ({ ...arg, leaves: values[i]! })),
  );
  const room = ({ shape, dtype }: Pick<Region, 'shape' | 'dtype'>): Region => arena.allocate(shape, dtype);
  const wanted = flat.flatMap(({ names }, i) => named(`argument ${i + 1}`, names, values[i]!));
  refuseTooLarge([...wanted, ...named('the result', output.names, graph.outputs)], arena);
  const inputs = graph.inputs.map(room);
  const outputs = graph.outputs.map(room);
  return {
    program: assemble(graph, arena, { inputs, outputs }),
    inputs,
    outputs,
    rebuild: output.rebuild,
  };
}

/** Leaves of a tree as the caller may know them: `argument 1.weights`. */
const named = (tree: string, names: readonly string[], leaves: readonly Spec[]): Wanted[] =>
  leaves.map(({ shape, dtype }, i) => ({
    name: names[i] ? `${tree}.${names[i]}` : tree,
    shape,
    dtype,
  }));

/** Arguments and results that do not fit, with the number of rows that would. */
function refuseTooLarge(wanted: readonly Wanted[], arena: Arena): void {
  const bytes = bytesOfAll(wanted);
  if (bytes <= arena.room) return;
  const largest = largestOf(wanted);
  const rows = largest.shape[0] ?? 1;
  // What has as many rows is taken to have fewer with it.
  const perRow = bytesOfAll(wanted.filter(({ shape }) => shape[0] === rows)) / rows;
  const most = Math.floor((arena.room - ALIGNMENT * wanted.length - (bytes - perRow * rows)) / perRow);
  throw new OutOfMemory(
    `out of memory: arguments and results need ${megabytes(bytes)}, and ${left(arena)}; the largest is ${inWords(largest)}; ` +
      (most >= 1 ? `${most} in place of ${rows} rows would fit` : 'use smaller arrays or float32'),
  );
}

function call(
  { program, inputs, outputs, rebuild }: Ready,
  arena: Arena,
  values: readonly NdArray[],
): Tree<NdArray> {
  inputs.forEach((region, i) => {
    arena.write(region, values[i]!.data);
  });
  program.run();
  return rebuild(
    outputs.map((region) => ({ data: arena.read(region), shape: region.shape, dtype: region.dtype })),
  );
}
