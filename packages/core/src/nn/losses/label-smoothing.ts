import { spelled } from '../../tensor/checks.js';
import { misuse } from '../../tensor/errors.js';
import { binaryCrossEntropy } from './binary-cross-entropy.js';
import { crossEntropy } from './cross-entropy.js';
import { defineLoss, type Loss } from './loss.js';

/**
 * A cross-entropy that is told a little less than the truth: (1 − ε)·loss(z, y) + ε·loss(z, u), where u gives all K classes
 * the same probability. As cross-entropy is linear in its targets, they are (1 − ε)·y + ε/K.
 *
 * Logits stay bounded: no row gains anything from a probability above 1 − ε + ε/K. It helps where labels are partly wrong,
 * or a network grows too sure. Curvature: that of the loss.
 *
 * @param loss `crossEntropy` or `binaryCrossEntropy` (where K is 2)
 * @param epsilon ε, from 0 up to 1; 0.1 is customary
 * @throws when the loss is another, or ε is out of range
 * @example
 * ```ts
 * import { compile, crossEntropy, labelSmoothing } from '@downslope/core';
 * console.log(compile(labelSmoothing(crossEntropy, 0.1))([[0, 0]], [1]).data); // ln 2, as for any target
 * ```
 *
 * C. Szegedy et al.: "Rethinking the Inception architecture for computer vision", 2016.
 */
export function labelSmoothing(loss: Loss, epsilon = 0.1): Loss {
  if (loss !== crossEntropy && loss !== binaryCrossEntropy)
    throw misuse(
      `labelSmoothing: loss must be crossEntropy or binaryCrossEntropy, got ${loss?.name || spelled(loss)}`,
    );
  if (!(epsilon >= 0 && epsilon < 1))
    throw misuse(`labelSmoothing: epsilon must be a number from 0 up to 1, got ${spelled(epsilon)}`);
  if (epsilon === 0) return loss;
  const { name, targetType, curvature, response } = loss;
  const definition = { name, targetType, response, ...(curvature === undefined ? {} : { curvature }) };
  return defineLoss(definition, (prediction, target) => {
    const share = loss === binaryCrossEntropy ? 0.5 : 1 / prediction.shape[1]!;
    const alike = prediction.like(share).broadcastTo(prediction.shape);
    return loss(prediction, target)
      .mul(1 - epsilon)
      .add(loss(prediction, alike).mul(epsilon));
  });
}
