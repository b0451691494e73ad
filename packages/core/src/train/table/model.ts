import { columnOf } from '../../data/cells.js';
import { type Encoder, encode, encodedNames } from '../../data/encode.js';
import { didYouMean } from '../../data/names.js';
import { checkRows } from '../../data/rows.js';
import { type Column, type Table, tableOf } from '../../data/table.js';
import type { ClassCode, TargetCode } from '../../data/target-code.js';
import { likeliest } from '../../nn/metrics.js';
import type { NdArray } from '../../tensor/array.js';
import type { FloatType, TypedArray } from '../../tensor/dtype.js';
import { misuse } from '../../tensor/errors.js';
import type { Tensor } from '../../tensor/tensor.js';
import { predictor } from '../predictor.js';
import { isClasses, lossFor, type Network, networkModel } from './network.js';
import { notesOn } from './prediction-notes.js';
import { filesOf } from './save.js';

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

interface ModelOf<Prediction> {
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
export interface QuantityModel extends ModelOf<number> {
  readonly task: 'regression';
}

/** Predicts classes; a target of numbers or of true and false has its classes as text. */
export interface ClassModel extends ModelOf<ClassPrediction> {
  readonly task: 'binary' | 'multiclass';
  readonly classes: readonly string[];
}

/** A model of a table's column: takes rows as they come and does all that training did to them. */
export type TableModel = QuantityModel | ClassModel;

/** All that a table's model consists of: plain data and arrays. */
export interface Essence {
  readonly target: TargetCode;
  readonly encoder: Encoder;
  readonly network: Network;
  readonly dtype: FloatType;
  /** A tree of arrays. */
  readonly params: unknown;
}

/** Brings what a model consists of to life. */
export function tableModel(essence: Essence): TableModel {
  const { encoder, target, dtype } = essence;
  const respond = responder(essence);
  const common = {
    target: target.name,
    features: encoder.features.map(({ name }) => name),
    files: () => filesOf(essence),
  };
  const ofRows = (rows: readonly Row[]): TypedArray =>
    respond(encode(encoder, tableFor(encoder, rows), { dtype }));
  const ofTable = (table: Table, columns: (answers: TypedArray) => Column[]): Table =>
    tableOf(columns(respond(encode(encoder, table, { dtype }))), notesOn(essence, table));
  if (!isClasses(target))
    return {
      ...common,
      task: target.task,
      predict: (rows) => (rows.length === 0 ? [] : Array.from(ofRows(rows))),
      predictTable: (table) =>
        ofTable(table, (answers) => [
          { kind: 'number', name: 'prediction', values: Float64Array.from(answers) },
        ]),
    };
  return {
    ...common,
    task: target.task,
    classes: target.classes,
    predict: (rows) =>
      rows.length === 0 ? [] : classPredictions(target, probabilitiesOf(target, ofRows(rows))),
    predictTable: (table) =>
      ofTable(table, (answers) => classColumns(target, probabilitiesOf(target, answers))),
  };
}

/**
 * Compiles the way from encoded features to answers in the target's terms: quantities in their own units, the
 * probability of the second of two classes `[rows]`, probabilities `[rows, classes]`.
 */
export function responder(essence: Essence): (x: NdArray) => TypedArray {
  const { target, network, encoder, params, dtype } = essence;
  const model = networkModel(network, encodedNames(encoder).length, target);
  const { response } = lossFor(target);
  const run = predictor({ apply: (params: unknown, x: Tensor) => response(model.apply(params, x)) }, params, {
    dtype,
  });
  if (isClasses(target)) return (x) => run(x).data;
  return (x) => Float64Array.from(run(x).data, (z) => target.mean + target.std * z);
}

/** Rows as a table of the features. */
function tableFor(encoder: Encoder, rows: readonly Row[]): Table {
  checkRows(rows);
  const columns = encoder.features.map(({ name, kind }) => {
    if (!rows.some((row) => name in row))
      throw misuse(
        `the rows lack the feature ${JSON.stringify(name)}; ${didYouMean(name, Object.keys(rows[0]!), 'properties')}`,
      );
    return columnOf(
      name,
      rows.map((row) => row[name]),
      kind,
    );
  });
  return { rows: rows.length, columns };
}

/** `[rows, classes]`, also for two classes. */
function probabilitiesOf({ task }: ClassCode, answers: TypedArray): TypedArray {
  if (task === 'multiclass') return answers;
  const both = new Float64Array(2 * answers.length);
  for (let row = 0; row < answers.length; row++) {
    both[2 * row] = 1 - answers[row]!;
    both[2 * row + 1] = answers[row]!;
  }
  return both;
}

function classPredictions({ classes }: ClassCode, probabilities: TypedArray): ClassPrediction[] {
  return Array.from(likeliest(probabilities, classes.length), (best, row) => ({
    class: classes[best]!,
    probabilities: Object.fromEntries(
      classes.map((name, k) => [name, probabilities[row * classes.length + k]!]),
    ),
  }));
}

function classColumns({ classes }: ClassCode, probabilities: TypedArray): Column[] {
  const rows = probabilities.length / classes.length;
  return [
    { kind: 'text', name: 'prediction', codes: likeliest(probabilities, classes.length), levels: classes },
    ...classes.map(
      (name, k): Column => ({
        kind: 'number',
        name: `probability of ${name}`,
        values: Float64Array.from({ length: rows }, (_, row) => probabilities[row * classes.length + k]!),
      }),
    ),
  ];
}
