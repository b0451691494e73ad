import { array, isArrayInput } from './array.js';
import { aFunction, check } from './checks.js';
import { Builder, type Graph, type Node } from './graph.js';
import type { Spec } from './record.js';
import { Tensor, tensorsOf } from './tensor.js';
import { type Flat, flatten } from './tree.js';
import type { Values } from './values.js';

/** A traced function: its graph, and how the flat outputs make up what it returned. */
export interface Traced {
  readonly graph: Graph;
  readonly output: Flat<Tensor>;
}

/**
 * Calls `f` once with tensors in place of values and keeps the graph of what it did.
 *
 * @param f a function from trees of tensors to a tree of tensors
 * @param args for each argument its leaves' specs, taken apart by `flatten`
 */
export function trace(f: (...args: never[]) => unknown, args: readonly Flat<Spec>[]): Traced {
  check('f', f, aFunction);
  const builder = new Builder();
  const inputs: Node[] = [];
  const tensors = args.map((arg, position) =>
    arg.rebuild(
      arg.leaves.map((spec, leaf) => {
        const path = arg.names[leaf];
        const node = builder.input(path ? `${position}.${path}` : `${position}`, spec);
        inputs.push(node);
        return new Tensor(builder, node);
      }),
    ),
  );
  const output = tensorsOf(f(...(tensors as never[])), 'the result');
  return {
    graph: builder.finish(
      inputs,
      output.leaves.map(({ node }) => node),
    ),
    output,
  };
}

/**
 * The graph of a function, for arguments of the shapes and types of the given ones. To look at: `print` shows it.
 *
 * @example
 * ```ts
 * import { grad, graphOf, print, type Tensor } from '@downslope/core';
 * const slope = grad((w: Tensor) => w.sub(3).square().sum());
 * console.log(print(graphOf((w: Tensor) => slope(w), [1, 2, 4])));
 * ```
 */
export function graphOf<Args extends readonly unknown[]>(
  f: (...args: Args) => unknown,
  ...args: { [K in keyof Args]: Values<Args[K]> }
): Graph {
  const flat = args.map((arg) => flatten(arg, isArrayInput));
  const specs = flat.map((arg) => ({ ...arg, leaves: arg.leaves.map((leaf) => array(leaf)) }));
  return trace(f as (...args: never[]) => unknown, specs).graph;
}
