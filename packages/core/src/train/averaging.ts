import { chain } from '../optim/chain.js';
import type { Transform } from '../optim/transform.js';
import { ema } from '../optim/transforms/ema.js';
import { swa } from '../optim/transforms/swa.js';
import { spelled } from '../tensor/checks.js';
import { misuse } from '../tensor/errors.js';
import { type BatchSettings, stepsIn } from './batches.js';

/** Weights to evaluate with and to keep, in place of the last: by a short form, or by a transform that averages. */
export type Averaging = 'ema' | 'swa' | Transform;

/** The share of a run after which `'swa'` begins, as its paper does. */
const START = 0.75;

/** @throws `average must be …, got 'mean'` */
export function checkAveraging(average: Averaging | undefined): void {
  if (average === undefined || average === 'ema' || average === 'swa') return;
  if (typeof (average as Transform | null)?.evalParams !== 'function')
    throw misuse(
      `average must be 'ema', 'swa' or a transform that averages weights, as ema({ decay: 0.99 }), got ${spelled(average)}`,
    );
}

/**
 * An optimizer that averages the weights it leaves behind.
 *
 * @param rows that there are
 */
export function averaged(
  optimizer: Transform,
  average: Averaging | undefined,
  batches: BatchSettings,
  rows: number,
  epochs: number,
): Transform {
  if (average === undefined) return optimizer;
  if (average === 'ema') return chain(optimizer, ema({ decay: (k) => Math.min(0.999, (1 + k) / (10 + k)) }));
  if (average !== 'swa') return chain(optimizer, average);
  const start = stepsIn(batches, rows, Math.floor(START * epochs));
  return chain(optimizer, swa({ start, every: stepsIn(batches, rows, 1) }));
}
