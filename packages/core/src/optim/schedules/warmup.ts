import { optionsOf, REQUIRED } from '../options.js';
import { type Schedulable, type Schedule, valueAt } from '../transform.js';

/**
 * A straight rise to where another schedule (or number) begins, then that schedule from its own step 0.
 *
 * start·(startFactor + (1 − startFactor)·k/steps) at step k < `steps`; then `schedule(k − steps)`.
 *
 * @param options `steps` of the rise; `startFactor` (default 1/(steps + 1): equal rises, the first from zero)
 * @example
 * ```ts
 * import { adamW, cosine, warmup } from '@downslope/core';
 * const optimizer = adamW({ lr: warmup(cosine(0.01, { steps: 1900 }), { steps: 100 }) });
 * ```
 */
export function warmup(value: Schedulable, options: { steps: number; startFactor?: number }): Schedule {
  const defaults = { value: REQUIRED, steps: REQUIRED, startFactor: undefined };
  const filled = optionsOf('warmup', { value, ...options }, defaults);
  const { steps, startFactor = 1 / (steps + 1) } = filled;
  return (step) =>
    step < steps
      ? valueAt(value, 0) * (startFactor + ((1 - startFactor) * step) / steps)
      : valueAt(value, step - steps);
}
