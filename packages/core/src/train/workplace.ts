import type { Arena, Region } from '../compile/arena.js';
import type { Model } from '../nn/model.js';
import { type ArrayInput, array, isArrayInput, type NdArray, shapeOf } from '../tensor/array.js';
import type { FloatType } from '../tensor/dtype.js';
import { misuse } from '../tensor/errors.js';
import type { Spec } from '../tensor/record.js';
import type { Tensor } from '../tensor/tensor.js';
import { type Flat, flatten } from '../tensor/tree.js';
import { place } from './dataset.js';
import { type Objective, renewedBy } from './objective.js';

// What training works on: parameters and optimizer state in memory, and what is to be minimised.

/** Weights to begin with, which have to be those of the model. */
export function matching(params: unknown, expected: Flat<ArrayInput>): Flat<ArrayInput> {
  const flat = flatten(params, isArrayInput);
  const shapes = ({ names, leaves }: Flat<ArrayInput>): string =>
    names.map((name, i) => `${name} [${shapeOf(leaves[i]!)}]`).join(', ');
  if (shapes(flat) !== shapes(expected))
    throw misuse(`params must be those of the model, ${shapes(expected)}; got ${shapes(flat)}`);
  return flat;
}

export function placeLeaves(flat: Flat<ArrayInput>, arena: Arena, dtype: FloatType): Flat<Region> {
  return { ...flat, leaves: flat.leaves.map((leaf) => place(array(leaf as ArrayInput), arena, dtype)) };
}

/** Weights to begin with, and the seed that they are from. */
export interface Start {
  readonly seed: number;
  readonly weights: readonly NdArray[];
}

/**
 * Gives so many starts: those that lie in `tree` first, then the model's own of other seeds; always the same weights where
 * they were given.
 */
export function startsOf<P, X>(
  model: Pick<Model<P, X>, 'init'>,
  tree: Flat<Region>,
  settings: { readonly seed: number; readonly dtype: FloatType },
  given: boolean,
  arena: Arena,
): (count: number) => Start[] {
  return (count) => {
    const first = tree.leaves.map((region) => ({ ...region, data: arena.read(region) }));
    return Array.from({ length: count }, (_, i) => {
      const seed = settings.seed + i;
      if (i === 0 || given) return { seed, weights: first };
      const { leaves } = flatten(model.init({ seed, dtype: settings.dtype }), isArrayInput);
      return { seed, weights: leaves.map((leaf) => array(leaf as ArrayInput)) };
    });
  };
}

export function objectiveOf<P, X, Y>(
  model: Pick<Model<P, X>, 'apply'>,
  loss: (prediction: Tensor, y: Y) => Tensor,
  tree: Flat<unknown>,
  l2: number,
): Objective {
  return {
    predict: (params, x, training) =>
      model.apply(tree.rebuild(tree.names.map((name) => params[name]!)) as P, x as X, training),
    loss: (prediction, y) => loss(prediction, y as Y),
    l2,
  };
}

/** The same leaves as a record under their names, whatever tree they come from. */
export const byName = <Leaf>({ names, leaves }: Pick<Flat<Leaf>, 'names' | 'leaves'>): Flat<Leaf> => ({
  names,
  leaves,
  rebuild: (others) => Object.fromEntries(names.map((name, i) => [name, others[i]!])),
});

/**
 * The parameters that the optimizer moves: all but those that training steps renew by themselves.
 *
 * @param batch specs of one batch
 */
export function trainedOf(params: Flat<Region>, objective: Objective, batch: Flat<Spec>): Flat<Region> {
  const renewed = renewedBy(objective, params, batch);
  if (renewed.size === 0) return params;
  const kept = params.names.map((_, i) => i).filter((i) => !renewed.has(params.names[i]!));
  return byName({
    ...params,
    names: kept.map((i) => params.names[i]!),
    leaves: kept.map((i) => params.leaves[i]!),
  });
}
