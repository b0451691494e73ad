import { type FloatType, isFloat } from '../../tensor/dtype.js';
import { misuse } from '../../tensor/errors.js';
import type { Model } from '../model.js';

/** Options of {@link dropout}. */
export interface DropoutOptions {
  /** The chance of each element to be dropped, from 0 up to, not including, 1. */
  readonly rate: number;
}

/**
 * Sets each element to zero with chance `rate` while training, and multiplies the others by 1/(1 − rate), which keeps
 * the mean; otherwise x as it is. Units cannot rely on each other, so a large network overfits less.
 *
 * x is of any shape; the layer has no parameters. What is dropped is a pure function of seed, step and place: the same
 * in the forward and the backward pass, in a run that is repeated and in one that is resumed.
 *
 * @param options `rate`: 0.1 to 0.5 after hidden layers; none before the first or after the last is a fair start
 * @throws when the rate is not in [0, 1)
 * @example
 * ```ts
 * import { defineModel, dense, dropout, initParts } from '@downslope/core';
 * const parts = { hidden: dense({ inputs: 8, outputs: 64 }), drop: dropout({ rate: 0.2 }), output: dense({ inputs: 64, outputs: 1 }) };
 * const model = defineModel({
 *   init: (options) => initParts(parts, options),
 *   apply(params, x, training) {
 *     const h = parts.hidden.apply(params.hidden, x).relu();
 *     return parts.output.apply(params.output, parts.drop.apply(params.drop, h, training));
 *   },
 * });
 * ```
 * N. Srivastava et al.: "Dropout: a simple way to prevent neural networks from overfitting", JMLR 15, 2014.
 */
export function dropout({ rate }: DropoutOptions): Model<Readonly<Record<string, never>>> {
  if (!(rate >= 0 && rate < 1)) throw misuse(`dropout: rate must be at least 0 and below 1, got ${rate}`);
  const keep = 1 - rate;
  return {
    init: () => ({}),
    apply(_, x, training) {
      if (!training || rate === 0) return x;
      const dtype: FloatType = isFloat(x.dtype) ? x.dtype : 'float32';
      const kept = training.uniform('dropout', x.shape, dtype).lt(keep);
      return kept.where(x.div(keep), 0);
    },
  };
}
