import { type ArrayInput, array, isArrayInput, type NdArray } from '../tensor/array.js';
import { trace } from '../tensor/trace.js';
import { type Flat, flatten, type Tree } from '../tensor/tree.js';
import type { Results, Values } from '../tensor/values.js';
import { Arena, type Region, type Threads } from './arena.js';
import type { Host } from './host.js';
import { assemble, type Program } from './program.js';

interface Ready {
  readonly arena: Arena;
  readonly program: Program;
  readonly inputs: readonly Region[];
  readonly outputs: readonly Region[];
  rebuild(leaves: readonly NdArray[]): Tree<NdArray>;
}

/**
 * Turns a function of tensors into one of arrays, run as WebAssembly. It is traced and compiled once for each
 * combination of shapes and element types that it is called with.
 *
 * @param f a function from tensors, or trees of them, to a tensor or a tree of them; it must not depend on anything
 *   that changes from call to call but its arguments. Name what a tree holds, as in `({ a, b }) => …`: a list such as
 *   `[2, 3]` is one vector
 * @param options `host`: what the machine offers beyond WebAssembly (the package `downslope` finds it by itself);
 *   `threads`: how many share the work of a call, or `'auto'` (default 1). The results are the same bits for any number.
 *   Workers are started once calls have taken a while, and go with the function
 * @returns the same function on numbers, nested lists, typed arrays and `NdArray`s. Plain numbers and lists are float64
 * @throws while tracing, when shapes or element types do not fit
 * @example
 * ```ts
 * import { compile, type Tensor } from '@downslope/core';
 * const distance = compile((x: Tensor, y: Tensor) => x.sub(y).square().sum().sqrt());
 * console.log(distance([0, 3], [4, 0]).data[0]); // 5
 * ```
 */
export function compile<Args extends readonly unknown[], Result>(
  f: (...args: Args) => Result,
  options: { host?: Host; threads?: Threads } = {},
): (...args: { [K in keyof Args]: Values<Args[K]> }) => Results<Result> {
  const ready = new Map<string, Ready>();
  return (...args) => {
    const flat = args.map((arg) => flatten(arg, isArrayInput));
    const values = flat.map(({ leaves }) => leaves.map((leaf) => array(leaf)));
    const key = JSON.stringify(
      flat.map(({ names }, i) => [names, values[i]!.map(({ shape, dtype }) => [shape, dtype])]),
    );
    const found = ready.get(key) ?? prepare(f as (...args: never[]) => unknown, flat, values, options);
    ready.set(key, found);
    return call(found, values.flat()) as Results<Result>;
  };
}

function prepare(
  f: (...args: never[]) => unknown,
  flat: readonly Flat<ArrayInput>[],
  values: readonly (readonly NdArray[])[],
  { host, threads }: { host?: Host; threads?: Threads },
): Ready {
  const { graph, output } = trace(
    f,
    flat.map((arg, i) => ({ ...arg, leaves: values[i]! })),
  );
  const arena = new Arena(host, threads);
  const room = ({ shape, dtype }: Pick<Region, 'shape' | 'dtype'>): Region => arena.allocate(shape, dtype);
  const inputs = graph.inputs.map(room);
  const outputs = graph.outputs.map(room);
  return {
    arena,
    program: assemble(graph, arena, { inputs, outputs }),
    inputs,
    outputs,
    rebuild: output.rebuild,
  };
}

function call(
  { arena, program, inputs, outputs, rebuild }: Ready,
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
