import { portablePow } from '../../tensor/portable.js';
import { optionsOf, REQUIRED } from '../options.js';
import type { Schedule } from '../transform.js';

/**
 * value·gamma^(number of milestones ≤ k) at step k = 0, 1, …: a drop at each milestone (PyTorch's `MultiStepLR`).
 *
 * @param options `milestones`, step numbers; `gamma`, the factor of a drop (default 0.1)
 * @example
 * ```ts
 * import { multiStep, sgd } from '@downslope/core';
 * const optimizer = sgd({ lr: multiStep(0.1, { milestones: [3000, 4500] }) });
 * ```
 */
export function multiStep(
  value: number,
  options: { milestones: readonly number[]; gamma?: number },
): Schedule {
  const { milestones, gamma } = optionsOf(
    'multiStep',
    { value, ...options },
    { value: REQUIRED, milestones: [], gamma: 0.1 },
  );
  return (step) => value * portablePow(gamma, milestones.filter((milestone) => milestone <= step).length);
}
