import { optionsOf, REQUIRED } from '../options.js';
import { type Schedulable, type Schedule, valueAt } from '../transform.js';

/**
 * A schedule that counts epochs in place of steps: it stays the same within each (PyTorch's habit of one `scheduler.step()`
 * an epoch).
 *
 * schedule(⌊k/stepsPerEpoch⌋) at step k.
 *
 * @param schedule of the number of epochs that are done
 * @param stepsPerEpoch ⌈rows/batchSize⌉
 * @example
 * ```ts
 * import { adam, cosine, perEpoch } from '@downslope/core';
 * const [rows, batchSize, epochs] = [1000, 32, 20];
 * const optimizer = adam({ lr: perEpoch(cosine(0.01, { steps: epochs }), Math.ceil(rows / batchSize)) });
 * ```
 */
export function perEpoch(schedule: Schedulable, stepsPerEpoch: number): Schedule {
  optionsOf('perEpoch', { schedule, steps: stepsPerEpoch }, { schedule: REQUIRED, steps: REQUIRED });
  return (step) => valueAt(schedule, Math.floor(step / stepsPerEpoch));
}
