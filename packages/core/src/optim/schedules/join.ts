import { misuse } from '../../tensor/errors.js';
import { type Schedulable, type Schedule, valueAt } from '../transform.js';

/**
 * Schedules (or numbers) one after another, each from its own step 0 (PyTorch's `SequentialLR`).
 *
 * @param parts in order
 * @param milestones the steps at which the second begins, the third, …
 * @throws when the milestones do not rise or are not one fewer than the parts
 * @example
 * ```ts
 * import { constant, cosine, join, sgd } from '@downslope/core';
 * const optimizer = sgd({ lr: join([0.01, cosine(0.1, { steps: 900 })], [100]) });
 * ```
 */
export function join(parts: readonly Schedulable[], milestones: readonly number[]): Schedule {
  const rising = milestones.every((k, i) => k > (milestones[i - 1] ?? 0));
  if (!rising || milestones.length !== parts.length - 1)
    throw misuse(
      `join: milestones must be ${parts.length - 1} rising step numbers for ${parts.length} parts, got ${JSON.stringify(milestones)}`,
    );
  return (step) => {
    const at = milestones.filter((milestone) => milestone <= step).length;
    return valueAt(parts[at]!, step - (milestones[at - 1] ?? 0));
  };
}
