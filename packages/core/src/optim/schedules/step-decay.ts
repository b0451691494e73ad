import { portablePow } from '../../tensor/portable.js';
import { optionsOf, REQUIRED } from '../options.js';
import type { Schedule } from '../transform.js';

/**
 * value·gamma^⌊k/stepSize⌋ at step k = 0, 1, …: a drop after every `stepSize` steps (PyTorch's `StepLR`).
 *
 * @param options `stepSize`, in steps; `gamma`, the factor of a drop (default 0.1)
 * @example
 * ```ts
 * import { sgd, stepDecay } from '@downslope/core';
 * const optimizer = sgd({ lr: stepDecay(0.1, { stepSize: 500 }) });
 * ```
 */
export function stepDecay(value: number, options: { stepSize: number; gamma?: number }): Schedule {
  const { stepSize, gamma } = optionsOf(
    'stepDecay',
    { value, ...options },
    { value: REQUIRED, stepSize: REQUIRED, gamma: 0.1 },
  );
  return (step) => value * portablePow(gamma, Math.floor(step / stepSize));
}
