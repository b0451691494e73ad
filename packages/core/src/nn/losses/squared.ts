import { type Loss, outputwise } from './loss.js';

/**
 * Squared error, not halved: (ŷ − y)². Its minimiser is the mean of the target.
 *
 * Gradient in ŷ: 2(ŷ − y). Curvature: 2. Large errors weigh most; with outliers see {@link huber}.
 *
 * @example
 * ```ts
 * import { compile, squared } from '@downslope/core';
 * console.log(compile(squared)([[1], [4]], [0, 2]).data); // 1, 4
 * ```
 *
 * A.-M. Legendre, 1805.
 */
export const squared: Loss = outputwise(
  { name: 'squared', targetType: 'number', curvature: 2 },
  (prediction, target) => prediction.sub(target).square(),
);
