import { optionsOf, REQUIRED } from '../options.js';
import type { Schedule } from '../transform.js';

/**
 * value/(1 + decayRate·k/stepSize) at step k = 0, 1, …: the decay of stochastic approximation, whose steps add up to
 * any distance while their squares do not (Keras' `InverseTimeDecay`).
 *
 * @param options `decayRate`; `stepSize`, the number of steps that it is for (default 1)
 * @example
 * ```ts
 * import { inverseTime, sgd } from '@downslope/core';
 * const optimizer = sgd({ lr: inverseTime(0.1, { decayRate: 0.5, stepSize: 1000 }) });
 * ```
 *
 * Source: H. Robbins, S. Monro, "A stochastic approximation method", 1951.
 */
export function inverseTime(value: number, options: { decayRate: number; stepSize?: number }): Schedule {
  const { decayRate, stepSize } = optionsOf(
    'inverseTime',
    { value, ...options },
    { value: REQUIRED, decayRate: REQUIRED, stepSize: 1 },
  );
  return (step) => value / (1 + (decayRate * step) / stepSize);
}
