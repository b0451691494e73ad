import { portableCosPi } from '../../tensor/portable.js';
import { optionsOf, REQUIRED } from '../options.js';
import type { Schedule } from '../transform.js';

/**
 * endValue + (value − endValue)·(1 + cos(πk/steps))/2 at step k = 0, 1, …: a slow start, a slow end. From k = `steps`
 * on it stays at the end value (PyTorch's `CosineAnnealingLR` would rise again).
 *
 * @param options `steps` from start to end; `endValue` (default 0)
 * @example
 * ```ts
 * import { adam, cosine } from '@downslope/core';
 * const optimizer = adam({ lr: cosine(0.01, { steps: 2000 }) });
 * ```
 */
export function cosine(value: number, options: { steps: number; endValue?: number }): Schedule {
  const { steps, endValue } = optionsOf(
    'cosine',
    { value, ...options },
    { value: REQUIRED, steps: REQUIRED, endValue: 0 },
  );
  return (step) => endValue + ((value - endValue) * (1 + portableCosPi(Math.min(1, step / steps)))) / 2;
}
