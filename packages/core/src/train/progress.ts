import type { NdArray } from '../tensor/array.js';
import { nothingSeen, type Watched } from './early-stopping.js';
import type { EpochEvent } from './events.js';
import type { Named } from './objective.js';
import type { Report } from './stepper.js';
import type { Held } from './stops.js';

/**
 * All that a run carries from step to step beside parameters and optimizer state: plain data, numbers and named arrays.
 * A checkpoint holds it as it is. Order of rows and random numbers need no place in it: they are functions of the seed,
 * the epoch and the step.
 */
export interface Progress {
  /** Epochs that are done. */
  epoch: number;
  /** Rows that are done in the epoch under way. */
  row: number;
  /** Steps that are done. */
  steps: number;
  /** A loss that was measured since the last step, of which the next is told; NaN for none. */
  metric: number;
  /** Of the steps in the epoch under way: the sum of their losses, and how many they are. */
  lossSum: number;
  lossCount: number;
  /** How many of them had their gradient cut. */
  clipped: number;
  /** The gradient's length at the first step that had one; NaN before. */
  startNorm: number;
  /** Of the last step; NaN before. */
  gradNorm: number;
  lr: number;
  /** Hyperparameters that were set by command, in place of what the optimizer was made with. */
  hyper: Readonly<Record<string, number>>;
  /** What the learning rate is multiplied by. */
  rateScale: number;
  /** For how many epochs in a row tolerances were met. */
  held: Held;
  /** Steps that were done when the weights were last looked at. */
  seenAt: number;
  /** What was seen of the value that weights are kept by. */
  watched: Watched;
  /** The weights that are kept so far, with their scores on validation rows (Infinity: none that was finite). */
  best: { epoch: number; loss: number; metrics: EpochEvent['metrics']; weights: Named<NdArray> };
  /** How often the run went back and on after something that was not finite. */
  recoveries: number;
  /** Steps that were done when that last happened. */
  brokenAt: number;
  /**
   * Where a run may have to begin again: the weights at the start of the epoch with the lowest training loss so far, and of
   * the epoch under way.
   */
  anchor?: { readonly loss: number; readonly good: Named<NdArray>; readonly start: Named<NdArray> };
  /** What the run was before its last step, where it may go back to that. */
  before?: StepRecord;
  /** Seconds that the run took before it was resumed. */
  seconds: number;
  history: EpochEvent[];
}

/** What a step changes. */
type StepRecord = Pick<
  Progress,
  | 'epoch'
  | 'row'
  | 'steps'
  | 'metric'
  | 'lossSum'
  | 'lossCount'
  | 'clipped'
  | 'startNorm'
  | 'gradNorm'
  | 'lr'
  | 'held'
>;

/**
 * A run before its first step.
 *
 * @param weights that it begins with: a run that only gets worse keeps them
 */
export const atStart = (weights: Named<NdArray>): Progress => ({
  epoch: 0,
  row: 0,
  steps: 0,
  metric: Number.NaN,
  lossSum: 0,
  lossCount: 0,
  clipped: 0,
  startNorm: Number.NaN,
  gradNorm: Number.NaN,
  lr: Number.NaN,
  hyper: {},
  rateScale: 1,
  held: { gradTol: 0, lossTol: 0, stepTol: 0 },
  seenAt: 0,
  watched: nothingSeen,
  recoveries: 0,
  brokenAt: -1,
  best: { epoch: 0, loss: Number.POSITIVE_INFINITY, metrics: undefined, weights },
  seconds: 0,
  history: [],
});

/**
 * What the loop remembers of the steps that one call took.
 *
 * @param rows of one of them
 * @param keeps whether the run may have to go back to before the last
 */
export function record(at: Progress, { loss, gradNorm, lr, cut }: Report, rows: number, keeps = false): void {
  for (let i = 0; i < loss.length; i++) {
    if (keeps && i === loss.length - 1) at.before = beforeStep(at);
    at.lossSum += loss[i]!;
    at.lossCount++;
    at.clipped += cut[i]!;
    if (!(at.startNorm > 0)) at.startNorm = gradNorm[i]!;
    at.gradNorm = gradNorm[i]!;
    at.lr = lr[i]!;
    at.steps++;
    at.row += rows;
    at.metric = Number.NaN;
  }
}

function beforeStep(at: Progress): StepRecord {
  const { epoch, row, steps, metric, lossSum, lossCount, clipped, startNorm, gradNorm, lr, held } = at;
  return { epoch, row, steps, metric, lossSum, lossCount, clipped, startNorm, gradNorm, lr, held };
}

/** Takes the last step back, and with it the end of its epoch. */
export function undo(at: Progress): void {
  Object.assign(at, at.before);
  at.history.length = Math.min(at.history.length, at.epoch);
}
