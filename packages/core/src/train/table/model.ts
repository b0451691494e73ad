import type { Table } from '../../data/table.js';

/** A row as an object: a value under the name of each feature; other properties are ignored. */
export type Row = Readonly<Record<string, unknown>>;

/** The likeliest class, and how likely each is. */
export interface ClassPrediction {
  readonly class: string;
  /** By class; together 1. */
  readonly probabilities: Readonly<Record<string, number>>;
}

/** The files of a saved model, by name. */
export interface TableModelFiles {
  /** What the model is and how it sees a table. */
  readonly 'model.json': string;
  /** Its weights. */
  readonly 'weights.safetensors': Uint8Array;
}

interface Trained<Prediction> {
  readonly target: string;
  readonly features: readonly string[];
  /**
   * Predicts rows, each by itself.
   *
   * A value may be missing (`null`, `undefined`, NaN, blank text) or of another type where it reads as the right one
   * (`'3.5'` for a number, `'2024-01-31'` for a date). What a feature was not seen to be in training counts as rare.
   *
   * @throws when no row has a feature, or a value cannot be read; the error names it
   */
  predict(rows: readonly Row[]): Prediction[];
  /**
   * Predicts the rows of a table. Its columns may be in any order; columns that are no features are ignored.
   *
   * The result has a row for each and the column `prediction`; for classes also `probability of <class>` for each.
   * Its `notes` tell which columns were ignored, how many missing values were filled, and which levels are new.
   *
   * @throws when the table lacks a feature, or a value cannot be read; the error names it
   */
  predictTable(table: Table): Table;
  /** What to store, for `loadTableModel`. */
  files(): TableModelFiles;
}

/** Predicts numbers in the target's own units. */
export interface QuantityModel extends Trained<number> {
  readonly task: 'regression';
}

/** Predicts classes; a target of numbers or of true and false has its classes as text. */
export interface ClassModel extends Trained<ClassPrediction> {
  readonly task: 'binary' | 'multiclass';
  readonly classes: readonly string[];
}

/** A model of a table's column: takes rows as they come and does all that training did to them. */
export type TableModel = QuantityModel | ClassModel;
