import { type Loss, outputwise } from './loss.js';

/**
 * Poisson loss for counts: eᶻ − y·z, where the prediction z is the logarithm of the rate. The negative log-likelihood
 * without the term ln y!, which no parameter changes; so it may be below zero.
 *
 * Gradient in z: eᶻ − y. The second derivative eᶻ has no bound. A target below zero makes its row NaN.
 *
 * @example
 * ```ts
 * import { compile, poisson } from '@downslope/core';
 * console.log(compile(poisson)([[0], [Math.log(4)]], [3, 4]).data); // 1, 4 − 4·ln 4
 * ```
 *
 * P. McCullagh, J. Nelder: "Generalized Linear Models", 1989, chapter 6.
 */
export const poisson: Loss = outputwise(
  { name: 'poisson', targetType: 'number', response: (prediction) => prediction.exp() },
  (prediction, target) => target.ge(0).where(prediction.exp().sub(target.mul(prediction)), Number.NaN),
);
