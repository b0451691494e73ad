import { optionsOf, REQUIRED } from '../options.js';
import type { Schedule } from '../transform.js';
import { cosine } from './cosine.js';

/**
 * Cosine with warm restarts, SGDR: `cosine` from value to endValue again and again, each cycle `growth` times as long
 * as the one before (PyTorch's `CosineAnnealingWarmRestarts`).
 *
 * @param options `steps` of the first cycle; `growth`, a positive integer (default 1); `endValue` (default 0), which the
 *   step before a restart almost reaches
 * @example
 * ```ts
 * import { cosineRestarts, sgd } from '@downslope/core';
 * const optimizer = sgd({ lr: cosineRestarts(0.1, { steps: 500, growth: 2 }), momentum: 0.9 });
 * ```
 *
 * Source: I. Loshchilov, F. Hutter, "SGDR: stochastic gradient descent with warm restarts", 2017.
 */
export function cosineRestarts(
  value: number,
  options: { steps: number; growth?: number; endValue?: number },
): Schedule {
  const { steps, growth, endValue } = optionsOf(
    'cosineRestarts',
    { value, ...options },
    { value: REQUIRED, steps: REQUIRED, growth: 1, endValue: undefined },
  );
  const cycle = cosine(value, { steps: 1, endValue });
  return (step) => {
    let [k, length] = growth === 1 ? [step % steps, steps] : [step, steps];
    for (; k >= length; length *= growth) k -= length;
    return cycle(k / length);
  };
}
