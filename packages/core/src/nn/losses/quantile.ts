import { misuse } from '../../tensor/errors.js';
import { type Loss, outputwise } from './loss.js';

/**
 * Quantile (pinball) loss of e = y − ŷ: τ·e where e ≥ 0, (τ − 1)·e where e < 0. Its minimiser is the target's
 * τ-quantile: τ = 0.9 asks for a value that 90% of targets stay below.
 *
 * Gradient in ŷ: −τ below the target, 1 − τ above it, and their mean at it. At τ = ½ it is half of
 * {@link absolute}.
 *
 * @param options `tau`: which quantile, between 0 and 1 (default 0.5)
 * @throws when tau is not between 0 and 1
 * @example
 * ```ts
 * import { compile, quantile } from '@downslope/core';
 * console.log(compile(quantile({ tau: 0.75 }))([[1], [4]], [3, 2]).data); // 1.5, 0.5
 * ```
 *
 * R. Koenker, G. Bassett: "Regression quantiles", 1978.
 */
export function quantile({ tau = 0.5 }: { readonly tau?: number } = {}): Loss {
  if (!(tau > 0 && tau < 1)) throw misuse(`quantile: tau must be between 0 and 1, got ${tau}`);
  return outputwise({ name: 'quantile', targetType: 'number' }, (prediction, target) => {
    const error = target.sub(prediction);
    return error.mul(tau).maximum(error.mul(tau - 1));
  });
}
