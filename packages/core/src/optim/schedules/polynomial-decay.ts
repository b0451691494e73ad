import { portablePow } from '../../tensor/portable.js';
import { optionsOf, REQUIRED } from '../options.js';
import type { Schedule } from '../transform.js';

/**
 * endValue + (value − endValue)·(1 − k/steps)^power at step k = 0, 1, …, then the end value (PyTorch's `PolynomialLR`).
 *
 * @param options `steps` from start to end; `power` (default 2: steep at first); `endValue` (default 0)
 * @example
 * ```ts
 * import { polynomialDecay, sgd } from '@downslope/core';
 * const optimizer = sgd({ lr: polynomialDecay(0.1, { steps: 2000, power: 0.9 }) });
 * ```
 */
export function polynomialDecay(
  value: number,
  options: { steps: number; power?: number; endValue?: number },
): Schedule {
  const { steps, power, endValue } = optionsOf(
    'polynomialDecay',
    { value, ...options },
    { value: REQUIRED, steps: REQUIRED, power: 2, endValue: 0 },
  );
  return (step) =>
    step < steps ? endValue + (value - endValue) * portablePow(1 - step / steps, power) : endValue;
}
