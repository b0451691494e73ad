import type {
  Baseline,
  Coefficients,
  Comparison,
  FindingEvent,
  Inspection,
  ModelEvent,
  Parts,
  Scores,
  Task,
  Trained,
} from '@downslope/core';
import type { Measure } from './measures.js';

/** All that a report shows. Plain data: the page is a function of it. */
export interface ReportData {
  /** What was learned: the name of the target, or of the run. */
  readonly title: string;
  /** When it was made, as ISO 8601. */
  readonly made: string;
  readonly version: string;
  /** Where its training ended, in words, and how long it took. */
  readonly end?: { readonly status: string; readonly message: string; readonly seconds: number };
  /** How the loss and its companions went, for each model that was trained; the kept one first. */
  readonly curves: readonly ModelCurves[];
  /** What the run itself had to say: findings, each with the way out. */
  readonly findings: readonly string[];
  readonly learned?: Learned;
  readonly run?: RunFacts;
}

/** What was learned of a table. */
export interface Learned {
  readonly task: Task;
  readonly classes?: readonly string[];
  /** The table's name. */
  readonly source: string;
  readonly rows: Parts<number>;
  readonly features: readonly string[];
  /** The model that is kept. */
  readonly model: string;
  readonly metrics: Parts<Scores>;
  /** Of the rows that judge. */
  readonly baseline: { readonly answer: Baseline['answer']; readonly scores: Scores };
  /** Why the kept model is kept. */
  readonly comparison?: Comparison;
  /** What speaks against using the model as it is. */
  readonly doubts: readonly string[];
  readonly notes: readonly string[];
  readonly inspection?: Inspection;
  readonly coefficients?: Coefficients;
  readonly judged: Judged;
}

/** Which rows judge: the last part that there is. */
export type PartName = keyof Parts<unknown>;

/** What the rows that judge tell. */
export interface Judged {
  readonly part: PartName;
  readonly rows: number;
  /** Of the measures that have one. */
  readonly intervals: Readonly<Partial<Record<Measure, Interval>>>;
  readonly quantity?: QuantityView;
  readonly classes?: ClassView;
  readonly importance?: Importance;
  readonly worst?: Worst;
}

/** Where a score may lie, by chance of which rows were drawn: 95%. */
export type Interval = readonly [low: number, high: number];

/** Predictions of a quantity beside what it is. */
export interface QuantityView {
  /** Of at most 2,000 rows: the row's number in the table (from 1), what it is, what was predicted. */
  readonly points: {
    readonly row: readonly number[];
    readonly actual: readonly number[];
    readonly predicted: readonly number[];
  };
  /** How many rows have a residual (actual − predicted) between two edges, which are one more. */
  readonly residuals: { readonly edges: readonly number[]; readonly counts: readonly number[] };
}

/** Predictions of classes beside what they are. */
export interface ClassView {
  /** `confusion[actual][predicted]` */
  readonly confusion: readonly (readonly number[])[];
  /** One for two classes (of the second), one for each of more. */
  readonly roc: readonly RocCurve[];
  /** Where a class is rare: precision against recall. */
  readonly precisionRecall: readonly PrecisionRecallCurve[];
  readonly calibration: Calibration;
}

export interface RocCurve {
  /** The class that is told from the rest. */
  readonly name: string;
  readonly area: number;
  /** Shares of the other rows, and of the class, that score above a threshold. */
  readonly falsePositive: readonly number[];
  readonly truePositive: readonly number[];
}

export interface PrecisionRecallCurve {
  readonly name: string;
  /** Average precision: Σ (Rₙ − Rₙ₋₁) Pₙ. */
  readonly area: number;
  /** The share of the class among the rows: what guessing would give. */
  readonly share: number;
  readonly recall: readonly number[];
  readonly precision: readonly number[];
}

/** How often what was predicted with some probability is so. */
export interface Calibration {
  /** Whose probability: that of a class, or of the likeliest one where there are several. */
  readonly of: string;
  /** Rows by their probability; those without rows are left out. */
  readonly bins: readonly {
    readonly rows: number;
    /** Mean of the probabilities. */
    readonly predicted: number;
    readonly observed: number;
    readonly interval: Interval;
  }[];
  /** Expected calibration error: the mean gap between both, by rows. */
  readonly error: number;
}

/** How much worse the predictions are when a column's values are dealt anew. */
export interface Importance {
  /** What gets worse: `RMSE` or `log loss`. */
  readonly measure: string;
  /** Rows that were dealt, and how often. */
  readonly rows: number;
  readonly repeats: number;
  /** Of the measure as it is. */
  readonly from: number;
  /** The most important first. */
  readonly columns: readonly { readonly name: string; readonly rise: number; readonly spread: number }[];
  /** Columns that there was no time for. */
  readonly leftOut: number;
}

/** The rows with the greatest losses. */
export interface Worst {
  /** The columns shown, the most important first, of so many. */
  readonly columns: readonly string[];
  readonly of: number;
  readonly rows: readonly {
    /** The row's number in the table, from 1. */
    readonly row: number;
    readonly actual: string;
    readonly predicted: string;
    /** The residual, or the probability that was given to what it is. */
    readonly measure: number;
    readonly cells: readonly string[];
  }[];
}

/** Columns against the epoch, thinned to what a chart can show. */
export interface Chart {
  readonly id: string;
  readonly title: string;
  /** What the values are, for the axis. */
  readonly unit: string;
  /** The axis starts out logarithmic. */
  readonly log: boolean;
  readonly x: readonly number[];
  readonly series: readonly {
    readonly name: string;
    /** Decides colour and dashes. */
    readonly kind: 'training' | 'validation' | 'other';
    readonly values: readonly (number | null)[];
  }[];
  /** A place on the x axis worth a line, and its name. */
  readonly mark?: { readonly at: number; readonly name: string };
}

export interface ModelCurves {
  readonly model: string;
  readonly kept: boolean;
  readonly facts?: ModelEvent;
  readonly trained?: Trained;
  readonly epochs: number;
  /** The loss first. */
  readonly charts: readonly Chart[];
  /** What was found to train by. */
  readonly notes: readonly string[];
  /** The loss at each rate of the range test, and the rate that was chosen. */
  readonly sweep?: FindingEvent['sweep'];
  /** What stayed the same: `learning rate 0.003`. */
  readonly constants: readonly string[];
}

export interface RunFacts {
  /** Its folder. */
  readonly path: string;
  /** Where the command was given. */
  readonly folder: string;
  readonly command: readonly string[];
  readonly started: string;
  /** Options as they were given. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Versions by what they are of. */
  readonly versions: Readonly<Record<string, string>>;
}
