import { optionsOf, REQUIRED } from '../options.js';
import { type Schedulable, type Schedule, valueAt } from '../transform.js';
import { scaleForBatch } from './scale-for-batch.js';
import { warmup } from './warmup.js';

/**
 * The learning rate for a larger batch, with the warm-up that it needs: a straight rise from the rate of the batch that it
 * was found with.
 *
 * value·f where f = to/from (`linear`) or its root (`sqrt`), and for the first `steps` steps from value on.
 *
 * @param value a rate, or a schedule of it, for batches of `from` rows
 * @param options `from` and `to`, rows in a batch; `steps` of the rise, usually five epochs; `rule` (default `linear`)
 * @example
 * ```ts
 * import { sgd, warmupForBatch } from '@downslope/core';
 * const optimizer = sgd({ lr: warmupForBatch(0.1, { from: 256, to: 2048, steps: 5 * 24 }), momentum: 0.9 });
 * ```
 *
 * Source: P. Goyal et al., "Accurate, large minibatch SGD", 2017.
 */
export function warmupForBatch(
  value: Schedulable,
  options: { from: number; to: number; steps: number; rule?: 'linear' | 'sqrt' },
): Schedule {
  const defaults = { value: REQUIRED, from: REQUIRED, to: REQUIRED, steps: REQUIRED, rule: undefined };
  const { from, to, steps, rule } = optionsOf('warmupForBatch', { value, ...options }, defaults);
  const factor = scaleForBatch(1, { from, to, ...(rule && { rule }) });
  return warmup((step) => factor * valueAt(value, step), { steps, startFactor: Math.min(1, 1 / factor) });
}
