import { optionsOf, REQUIRED } from '../options.js';
import type { Schedule } from '../transform.js';

/**
 * value + (endValue − value)·k/steps at step k = 0, 1, …, then the end value: a straight line, down or up (PyTorch's
 * `LinearLR`).
 *
 * @param options `steps` from start to end; `endValue` (default 0)
 * @example
 * ```ts
 * import { adamW, linearDecay } from '@downslope/core';
 * const optimizer = adamW({ lr: linearDecay(1e-3, { steps: 2000 }) });
 * ```
 */
export function linearDecay(value: number, options: { steps: number; endValue?: number }): Schedule {
  const { steps, endValue } = optionsOf(
    'linearDecay',
    { value, ...options },
    { value: REQUIRED, steps: REQUIRED, endValue: 0 },
  );
  return (step) => (step < steps ? value + ((endValue - value) * step) / steps : endValue);
}
