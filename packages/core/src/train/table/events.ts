import type { Coefficients } from '../../data/coefficients.js';
import type { Inspection } from '../../data/inspect.js';
import type { Status } from '../../minimize/status.js';
import type { TypedArray } from '../../tensor/dtype.js';
import type { CheckpointEvent, EpochEvent, FindingEvent } from '../events.js';
import type { Run } from '../run.js';
import type { ClassModel, QuantityModel, TableModel } from './model.js';
import type { ModelName } from './options.js';
import type { ClassScores, Parts, QuantityScores, Scores } from './scores.js';

/** What was found in the table, before anything is done with it. */
export interface InspectedEvent {
  readonly kind: 'inspected';
  readonly inspection: Inspection;
}

/** Rows are shared out, and features and target are encoded. */
export interface PreparedEvent {
  readonly kind: 'prepared';
  /** How many rows each part has. */
  readonly rows: Parts<number>;
  /** Columns of the encoded features. */
  readonly width: number;
  /** What was done about rows, gaps and rare levels, a line each. */
  readonly notes: readonly string[];
}

/** A model is about to be trained, and how. */
export interface ModelEvent {
  readonly kind: 'model';
  readonly model: ModelName;
  /** How many numbers are learned. */
  readonly parameters: number;
  readonly optimizer: string;
  /** `auto`: measured, and told of by a finding. */
  readonly batch: number | 'full' | 'auto';
  /** At most so many. */
  readonly epochs: number;
}

/** An epoch is done. Losses are in the target's own units (squared, for squared error). */
export interface TableEpoch extends EpochEvent {
  readonly model: ModelName;
  /** At most so many. */
  readonly epochs: number;
}

/** Something that whoever trains should know. */
export interface TableFinding extends FindingEvent {
  readonly model: ModelName;
}

/** A checkpoint was kept. */
export interface TableCheckpoint extends CheckpointEvent {
  readonly model: ModelName;
}

/** How the training of one model went. Losses are in the target's own units (squared, for squared error). */
export interface Trained {
  readonly model: ModelName;
  readonly status: Status;
  /** The status in words. */
  readonly message: string;
  /** Mean training loss at the weights that are kept. */
  readonly loss: number;
  /** `loss` and the penalty (l2/2)·Σw², w as for standardised features. */
  readonly objective: number;
  /** Mean validation loss at the weights that are kept. */
  readonly validationLoss?: number;
  /** The learning rate, where it was looked for. */
  readonly lr?: number;
  /** The epoch that the weights are from. */
  readonly bestEpoch: number;
  readonly epochs: number;
  readonly steps: number;
  readonly seconds: number;
}

export interface TrainedEvent extends Trained {
  readonly kind: 'trained';
}

/** Which of two models is kept, and by how much it is better. */
export interface Comparison {
  readonly kept: ModelName;
  /** In the order in which they were trained. */
  readonly models: readonly Trained[];
  /**
   * The share by which the kept model's validation loss is below the other's: 0.2 is a fifth less. Below 0 where the
   * simpler model is kept because the other is better by no more than `noise`.
   */
  readonly lowerBy: number;
  /** How far apart chance can make the validation losses: a third of the standard error of their difference. */
  readonly noise: number;
  /** All of it in words. */
  readonly message: string;
}

/** What is always answered when nothing is learned: the mean of the training rows, or their most frequent class. */
export interface Baseline<Answer = number | string, Kind extends Scores = Scores> {
  readonly answer: Answer;
  readonly metrics: Parts<Kind>;
}

/** What was predicted for the rows of a part. */
export interface Predictions {
  /** The rows' numbers in the table, from 0; of a table given as `validation` or `test`, in that one. */
  readonly rows: Int32Array;
  /** What the target is: numbers in its own units, or the numbers of classes. */
  readonly actual: TypedArray;
  /** Numbers in the target's own units; the probability of the second of two classes; of more, `[rows, classes]`. */
  readonly predicted: TypedArray;
}

interface ResultOf<Answer, Kind extends Scores, Model extends TableModel> {
  readonly target: string;
  readonly rows: Parts<number>;
  readonly features: readonly string[];
  /** The model that is kept. */
  readonly model: ModelName;
  /**
   * Mean training loss + (l2/2)·Σw² at the weights that are kept: in the target's own units, w as for standardised
   * features, biases excepted. Squared error is not halved; two classes share one logit.
   */
  readonly objective: number;
  /** Of the kept model; `baseline` is judged by the test rows, without any by the validation, else the training rows. */
  readonly metrics: Parts<Kind> & { readonly baseline: Kind };
  readonly baseline: Baseline<Answer, Kind>;
  /** Of the kept model, row by row. */
  readonly predictions: Parts<Predictions>;
  /** Of a linear model, in the units of the data. */
  readonly coefficients?: Coefficients;
  /** Where two models were trained and there are validation rows. */
  readonly comparison?: Comparison;
  /** How the training of the kept model ended; `aborted` when the run was stopped at any time. */
  readonly status: Status;
  readonly message: string;
  /** Of the kept model. */
  readonly epochs: number;
  /** Of the kept model. */
  readonly steps: number;
  /** Of the whole run, from the table to the scores. */
  readonly seconds: number;
  /** What was done about rows, gaps, rare levels and the choice of models, a line each. */
  readonly notes: readonly string[];
  readonly trained: Model;
  /** All epochs of all models. */
  readonly history: readonly TableEpoch[];
}

/** Of a target that is a quantity. */
export interface QuantityResult extends ResultOf<number, QuantityScores, QuantityModel> {
  readonly task: 'regression';
  readonly classes?: undefined;
}

/** Of a target that is one of two classes or more. */
export interface ClassResult extends ResultOf<string, ClassScores, ClassModel> {
  readonly task: 'binary' | 'multiclass';
  /** In the order of probabilities and of the confusion matrix. */
  readonly classes: readonly string[];
}

/**
 * What came of a training run on a table; its `task` tells which scores it has. Everything but `trained` is plain data.
 */
export type TableResult = QuantityResult | ClassResult;

export type TableProgress =
  | InspectedEvent
  | PreparedEvent
  | ModelEvent
  | TableEpoch
  | TableFinding
  | TableCheckpoint
  | TrainedEvent;

export type TableEvent = TableProgress | { readonly kind: 'end'; readonly result: TableResult };

/** What `trainTable` gives. */
export type TableRun = Run<TableProgress, TableResult>;
