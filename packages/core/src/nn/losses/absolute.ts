import { type Loss, outputwise } from './loss.js';

/**
 * Absolute error: |ŷ − y|. Its minimiser is the median of the target, which outliers do not move.
 *
 * Gradient in ŷ: sign(ŷ − y), and 0 at ŷ = y. It does not shrink near the minimum, so the learning rate must.
 *
 * @example
 * ```ts
 * import { absolute, compile } from '@downslope/core';
 * console.log(compile(absolute)([[1], [4]], [0, 6]).data); // 1, 2
 * ```
 *
 * R. J. Boscovich, 1757.
 */
export const absolute: Loss = outputwise({ name: 'absolute', targetType: 'number' }, (prediction, target) =>
  prediction.sub(target).abs(),
);
