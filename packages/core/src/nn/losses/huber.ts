import { misuse } from '../../tensor/errors.js';
import { type Loss, outputwise } from './loss.js';

/**
 * Huber's loss of the error e = ŷ − y: ½e² where |e| ≤ δ, δ(|e| − ½δ) beyond. Squared (and halved) for small errors,
 * absolute for large ones.
 *
 * Gradient in ŷ: e, held within ±δ. Curvature: 1.
 *
 * @param options `delta`: the largest error that is not taken for an outlier, in units of the target (default 1). For a
 *   target standardised and without its outliers 1.345 times the spread of the noise is customary
 * @throws when delta is not a positive number
 * @example
 * ```ts
 * import { compile, huber } from '@downslope/core';
 * console.log(compile(huber({ delta: 1 }))([[0.5], [3]], [0, 0]).data); // 0.125, 2.5
 * ```
 *
 * P. J. Huber: "Robust estimation of a location parameter", 1964.
 */
export function huber({ delta = 1 }: { readonly delta?: number } = {}): Loss {
  if (!(delta > 0 && Number.isFinite(delta)))
    throw misuse(`huber: delta must be a positive number, got ${delta}`);
  return outputwise({ name: 'huber', targetType: 'number', curvature: 1 }, (prediction, target) => {
    const error = prediction.sub(target);
    const held = error.clip(-delta, delta);
    return held.mul(error.sub(held.mul(0.5))); // both cases at once, and smooth at 0
  });
}
