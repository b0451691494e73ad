import { zeros } from '../init/constant.js';
import { type DenseOptions, type DenseParams, dense, type MaybeBiasedParams } from '../layers/dense.js';
import type { Model } from '../model.js';

/** Options of {@link linear}. */
export type LinearOptions = Omit<DenseOptions, 'init'>;

/**
 * The linear model ŷ = x·w + b, starting at zero.
 *
 * With `squared` it is linear regression, with `binaryCrossEntropy` logistic regression (one output), with
 * `crossEntropy` softmax regression (an output a class), with `poisson` Poisson regression: each of them convex.
 *
 * @param options `inputs`; `outputs`; `bias`: whether to add b (default true)
 * @throws when an extent is not a positive integer
 * @example
 * ```ts
 * import { linear } from '@downslope/core';
 * const model = linear({ inputs: 3, outputs: 1 });
 * const { w, b } = model.init({ seed: 0, dtype: 'float32' });
 * console.log(w.shape, b.shape); // [3, 1] [1]
 * ```
 */
export function linear(options: LinearOptions & { readonly bias?: true }): Model<DenseParams>;
export function linear(options: LinearOptions): Model<MaybeBiasedParams>;
export function linear(options: LinearOptions): Model<MaybeBiasedParams> {
  return dense({ ...options, init: zeros() });
}
