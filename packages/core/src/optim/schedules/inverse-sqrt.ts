import { optionsOf, REQUIRED } from '../options.js';
import type { Schedule } from '../transform.js';

/**
 * value/√(1 + k/stepSize) at step k = 0, 1, …: halved after 3·stepSize steps, again after 15. It needs no last step.
 *
 * After a `warmup` of `stepSize` steps this is the schedule of the first transformers, value·√(stepSize/k).
 *
 * @param options `stepSize`, in steps (default 1)
 * @example
 * ```ts
 * import { adam, inverseSqrt, warmup } from '@downslope/core';
 * const optimizer = adam({ lr: warmup(inverseSqrt(1e-3, { stepSize: 4000 }), { steps: 4000 }) });
 * ```
 *
 * Source: A. Vaswani et al., "Attention is all you need", 2017.
 */
export function inverseSqrt(value: number, options: { stepSize?: number } = {}): Schedule {
  const { stepSize } = optionsOf('inverseSqrt', { value, ...options }, { value: REQUIRED, stepSize: 1 });
  return (step) => value / Math.sqrt(1 + step / stepSize);
}
