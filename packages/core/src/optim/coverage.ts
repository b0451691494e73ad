import { isNdArray, type NdArray } from '../tensor/array.js';
import { flatten } from '../tensor/tree.js';
import { mapLeaves } from './leaves.js';
import { checkTransform, type Leaves, type Transform } from './transform.js';

/**
 * What an optimizer does to each parameter: the transforms that it goes through, in order, with their numbers. Shows at
 * a glance whether a mask or a group took the parameters that were meant.
 *
 * @param optimizer any optimizer or transform
 * @param params a model's parameters, as from `model.init`
 * @returns a list of words for each parameter, under its name
 * @example
 * ```ts
 * import { addDecayedWeights, chain, coverage, linear, masked, matrices, sgd } from '@downslope/core';
 * const optimizer = chain(masked(addDecayedWeights(0.1), matrices), sgd({ lr: 0.5 }));
 * const params = linear({ inputs: 2, outputs: 1 }).init({ seed: 0, dtype: 'float32' });
 * console.log(coverage(optimizer, params));
 * // w: addDecayedWeights(weightDecay 0.1), scaleByLearningRate(lr 0.5); b: scaleByLearningRate(lr 0.5)
 * ```
 */
export const coverage = (optimizer: Transform, params: unknown): Leaves<readonly string[]> =>
  covered(optimizer, named(params));

/**
 * The memory that an optimizer's state takes, in bytes for each parameter: 8 for Adam in float32, two more numbers.
 *
 * @param optimizer any optimizer or transform
 * @param params what to reckon with (default: matrices in float32, and only what grows with their number); give the
 *   model's own for optimizers that go by name or shape
 * @example
 * ```ts
 * import { adam, bytesPerParameter, sgd } from '@downslope/core';
 * console.log(bytesPerParameter(adam()), bytesPerParameter(sgd())); // 8 0
 * ```
 */
export function bytesPerParameter(optimizer: Transform, params?: unknown): number {
  checkTransform('bytesPerParameter: optimizer', optimizer);
  const stateOf = (leaves: Leaves<NdArray>): number => bytesIn(optimizer.init(leaves));
  if (params !== undefined) {
    const leaves = named(params);
    return stateOf(leaves) / Object.values(leaves).reduce((count, { data }) => count + data.length, 0);
  }
  const probe = (): NdArray => ({ data: new Float32Array(64 * 64), shape: [64, 64], dtype: 'float32' });
  return (stateOf({ a: probe(), b: probe() }) - stateOf({ a: probe() })) / (64 * 64);
}

/** What each parameter gets; by default, all of them the transform itself. */
export const covered = (transform: Transform, params: Leaves<NdArray>): Leaves<readonly string[]> =>
  transform.covers?.(params) ?? mapLeaves(params, () => [labelOf(transform)]);

/** A transform's name with its numbers: `clipByValue(limit 0.5)`. */
export function labelOf({ name, hyper }: Pick<Transform, 'name' | 'hyper'>): string {
  const numbers = Object.entries(hyper).map(
    ([option, value]) => `${option} ${typeof value === 'number' ? value : 'scheduled'}`,
  );
  return numbers.length > 0 ? `${name}(${numbers.join(', ')})` : name;
}

function named(params: unknown): Leaves<NdArray> {
  const { names, leaves } = flatten(params, isNdArray);
  return Object.fromEntries(names.map((name, i) => [name, leaves[i]!]));
}

const bytesIn = (state: unknown): number =>
  flatten(state, isNdArray).leaves.reduce((sum, { data }) => sum + data.byteLength, 0);
