import { portablePow } from '../../tensor/portable.js';
import { optionsOf, REQUIRED } from '../options.js';
import type { Schedule } from '../transform.js';

/**
 * value·gamma^(k/stepSize) at step k = 0, 1, …: smooth decay (PyTorch's `ExponentialLR`), or growth for gamma above 1.
 *
 * @param options `gamma`, the factor; `stepSize`, the number of steps that it is for (default 1)
 * @example
 * ```ts
 * import { adam, exponential } from '@downslope/core';
 * const optimizer = adam({ lr: exponential(0.01, { gamma: 0.5, stepSize: 1000 }) });
 * ```
 */
export function exponential(value: number, options: { gamma: number; stepSize?: number }): Schedule {
  const { gamma, stepSize } = optionsOf(
    'exponential',
    { value, ...options },
    { value: REQUIRED, gamma: REQUIRED, stepSize: 1 },
  );
  return (step) => value * portablePow(gamma, step / stepSize);
}
