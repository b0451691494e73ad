import type { FitResult } from './fit.js';
import type { Run } from './run.js';

/** What happened in one call into the program: a column for each quantity, an entry for each step. */
export interface StepEvent {
  readonly kind: 'step';
  /** The number of the first step, from 1. */
  readonly first: number;
  /** Batch loss with the penalty, before the step. */
  readonly loss: Float64Array;
  readonly gradNorm: Float64Array;
  readonly lr: Float64Array;
}

export interface EpochEvent {
  readonly kind: 'epoch';
  /** From 1. */
  readonly epoch: number;
  /** Steps taken so far. */
  readonly steps: number;
  /** Mean over the epoch's steps of the batch loss with the penalty. */
  readonly loss: number;
  /** Mean loss over the validation rows, without the penalty, when this epoch was evaluated. */
  readonly validationLoss?: number;
  /** The metrics, of the validation rows where there are any, else of the training rows. */
  readonly metrics?: Readonly<Record<string, number>>;
  /** Mean loss over all training rows, without the penalty, and their metrics, where `trainMetrics` asks for them. */
  readonly trainLoss?: number;
  readonly trainMetrics?: Readonly<Record<string, number>>;
  readonly gradNorm: number;
  /** The share of the epoch's steps whose gradient was cut, where `fit` clips. */
  readonly clipped?: number;
  /** ‖update‖/‖parameter‖ of each parameter at the epoch's last step, when this epoch was evaluated: about 10⁻³ is usual. */
  readonly updateRatio?: Readonly<Record<string, number>>;
  /** The learning rate of the last step; NaN for an optimizer without one. */
  readonly lr: number;
  /** Since the run began. */
  readonly seconds: number;
}

/** A checkpoint was kept. */
export interface CheckpointEvent {
  readonly kind: 'checkpoint';
  /** Epochs and steps that are done in it. */
  readonly epoch: number;
  readonly steps: number;
  /** Seconds that it took. */
  readonly took: number;
  /** Since the run began. */
  readonly seconds: number;
}

/** Something that whoever trains should know. */
export interface FindingEvent {
  readonly kind: 'finding';
  /** What found it, in one word. */
  readonly rule: string;
  /** In plain words, with the way out where there is one. */
  readonly message: string;
  /** The steps taken by then. */
  readonly step: number;
  /** Of the rule `lr`: the rate that was found, and the loss at each rate of the range test. */
  readonly sweep?: {
    readonly lr: number;
    readonly rates: readonly number[];
    readonly losses: readonly number[];
  };
}

export interface EndEvent<Result> {
  readonly kind: 'end';
  readonly result: Result;
}

/** What happens on the way. */
export type FitProgress = StepEvent | EpochEvent | CheckpointEvent | FindingEvent;

export type FitEvent<P = unknown> = FitProgress | EndEvent<FitResult<P>>;

/** What `fit` gives. */
export type FitRun<P = unknown> = Run<FitProgress, FitResult<P>>;
