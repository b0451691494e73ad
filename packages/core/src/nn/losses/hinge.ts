import { type Loss, outputwise } from './loss.js';

/**
 * Hinge loss for two classes: max(0, 1 − s·z), where s is 1 for class 1 and −1 for class 0 (or −1), and z the one
 * output. With an L2 penalty it is a linear support vector machine.
 *
 * Gradient in z: −s where s·z < 1, else 0. The sign of z is the class; its size is a margin, not a log-odds: for
 * probabilities use {@link binaryCrossEntropy}. A missing target (NaN) makes its row NaN.
 *
 * @example
 * ```ts
 * import { compile, hinge } from '@downslope/core';
 * console.log(compile(hinge)([[0.25], [-3]], [1, 0]).data); // 0.75, 0
 * ```
 *
 * C. Cortes, V. Vapnik: "Support-vector networks", 1995.
 */
export const hinge: Loss = outputwise({ name: 'hinge', targetType: 'class' }, (prediction, target) => {
  const side = target.gt(0).where(1, -1).cast(prediction.dtype);
  return target.eq(target).where(side.mul(prediction).neg().add(1).relu(), Number.NaN);
});
