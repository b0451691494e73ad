import { type Loss, outputwise } from './loss.js';

/**
 * Cross-entropy of two classes from one logit z: −y·ln σ(z) − (1 − y)·ln(1 − σ(z)), in nats. y is 0 or 1, or a
 * probability of class 1.
 *
 * Gradient in z: σ(z) − y. Curvature: ¼, at z = 0. Exact for logits of any size. A target outside [0, 1] makes its
 * row NaN. Several outputs are as many independent questions.
 *
 * @example
 * ```ts
 * import { binaryCrossEntropy, compile } from '@downslope/core';
 * console.log(compile(binaryCrossEntropy)([[0], [-1000]], [1, 0]).data); // ln 2, 0
 * ```
 *
 * D. R. Cox: "The regression analysis of binary sequences", 1958.
 */
export const binaryCrossEntropy: Loss = outputwise(
  {
    name: 'binaryCrossEntropy',
    targetType: 'class',
    curvature: 0.25,
    response: (prediction) => prediction.sigmoid(),
  },
  (prediction, target) => {
    // ln(1 + eᵘ) − r·u, where u = −z and r = 1 − y if class 1 is the likelier, else u = z and r = y: nothing large
    // cancels, and r is 0 for targets that are classes.
    const against = target.gt(0.5).where(prediction.neg(), prediction);
    const doubt = target.minimum(target.neg().add(1));
    return doubt.ge(0).where(against.softplus().sub(doubt.mul(against)), Number.NaN);
  },
);
