import type { NdArray } from '../tensor/array.js';
import type { EpochEvent } from './events.js';
import type { Named } from './objective.js';
import type { Report } from './stepper.js';

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
  /** The gradient's length at the first step; NaN before. */
  startNorm: number;
  /** Of the last step; NaN before. */
  gradNorm: number;
  lr: number;
  /** Hyperparameters that were set by command, in place of what the optimizer was made with. */
  hyper: Readonly<Record<string, number>>;
  /** The weights with the lowest validation loss so far; Infinity where none was finite. */
  best: { epoch: number; loss: number; weights: Named<NdArray> };
  /** Seconds that the run took before it was resumed. */
  seconds: number;
  history: EpochEvent[];
}

/**
 * A run before its first step.
 *
 * @param best the initial weights count too: a run that only gets worse keeps them
 */
export const atStart = (best: Omit<Progress['best'], 'epoch'>): Progress => ({
  epoch: 0,
  row: 0,
  steps: 0,
  metric: Number.NaN,
  lossSum: 0,
  lossCount: 0,
  startNorm: Number.NaN,
  gradNorm: Number.NaN,
  lr: Number.NaN,
  hyper: {},
  best: { epoch: 0, ...best },
  seconds: 0,
  history: [],
});

/** What the loop remembers of the steps that one call took over `rows` rows. */
export function record(at: Progress, { loss, gradNorm, lr }: Report, rows: number): void {
  if (loss.length === 0) return;
  for (const value of loss) at.lossSum += value;
  at.lossCount += loss.length;
  if (at.steps === 0) at.startNorm = gradNorm[0]!;
  at.gradNorm = gradNorm.at(-1)!;
  at.lr = lr.at(-1)!;
  at.steps += loss.length;
  at.row += rows;
  at.metric = Number.NaN;
}
