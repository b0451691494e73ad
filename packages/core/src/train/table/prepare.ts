import { describeEncoder, type Encoder, encode, encodedNames, fitEncoder } from '../../data/encode.js';
import { type Inspection, inspect, withDates } from '../../data/inspect.js';
import { didYouMean, plural } from '../../data/names.js';
import { splitTable } from '../../data/split.js';
import { allRows, column, completeRows, isMissing, type Table } from '../../data/table.js';
import { encodeTarget, fitTarget, type TargetCode } from '../../data/target-code.js';
import { array, type NdArray } from '../../tensor/array.js';
import { misuse } from '../../tensor/errors.js';
import type { Essence } from './model.js';
import type { TableSettings } from './options.js';
import { rowWeights } from './row-weights.js';
import type { Parts } from './scores.js';
import { startOf } from './start.js';

/** Rows of a table that serve one purpose. */
export interface Part {
  readonly table: Table;
  readonly rows: Int32Array;
}

/** Arrays of a part of the rows, as `fit` takes them. */
export interface Data {
  readonly x: NdArray;
  readonly y: NdArray;
  readonly weight?: NdArray;
}

/** A table made ready to train on. */
export interface Prepared {
  readonly inspection: Inspection;
  readonly parts: Parts<Part>;
  readonly encoder: Encoder;
  readonly target: TargetCode;
  /** Columns of the encoded features. */
  readonly width: number;
  /** The model to go on from. */
  readonly start: Essence | undefined;
  readonly notes: readonly string[];
}

/** Looks through the table as training will see it. */
export function inspectFor(table: Table, settings: TableSettings): Inspection {
  const { target, exclude, missing, split, group, time, weight } = settings;
  const start = startOf(settings);
  const features = start?.encoder.features.map(({ name }) => name) ?? settings.features;
  const task = start?.target.task ?? settings.task;
  return inspect(table, { target, features, exclude, task, missing, split, group, time, weight });
}

/** Shares out the rows, and learns from the training rows alone how to encode. */
export function prepare(input: Table, inspection: Inspection, settings: TableSettings): Prepared {
  const notes: string[] = [];
  const table = withDates(input);
  const parts = share(table, inspection, settings, notes);
  const { rows } = parts.train;
  const start = startOf(settings);
  const encoder =
    start?.encoder ?? fitEncoder(table, { features: inspection.features, rows, dates: settings.dates });
  const target = start?.target ?? fitTarget(column(table, settings.target), inspection.target, rows);
  refuseOneValue(parts.train, inspection);
  notes.push(...describeEncoder(encoder));
  return { inspection, parts, encoder, target, start, width: encodedNames(encoder).length, notes };
}

/** Encoded features and target of a part, and how much its rows count, as `fit` takes them. */
export function encoded(
  { encoder, target }: Pick<Prepared, 'encoder' | 'target'>,
  part: Part,
  settings: TableSettings,
): Data {
  const { table, rows } = part;
  const { dtype } = settings;
  const weight = rowWeights(target, part, settings);
  return {
    x: encode(encoder, table, { rows, dtype }),
    y: encodeTarget(target, column(table, target.name), rows, dtype),
    ...(weight && { weight: array(weight) }),
  };
}

function share(
  table: Table,
  inspection: Inspection,
  settings: TableSettings,
  notes: string[],
): Parts<Part> & Record<string, Part> {
  const { validation, test, seed, split, group, time } = settings;
  const given = { validation, test };
  const shares = { validation: shareOf(validation), test: shareOf(test) };
  const stratify = inspection.target.task === 'regression' ? undefined : settings.target;
  const rows = usable({ table, rows: allRows(table.rows) }, 'the table', inspection, settings, notes);
  const found = splitTable(table, rows, { ...shares, seed, split, group, time, stratify });
  const parts: { train: Part } & Record<string, Part> = { train: { table, rows: found.train } };
  for (const name of ['validation', 'test'] as const) {
    const own = given[name];
    if (typeof own !== 'number') {
      const other = withDates(own);
      refuseLacking(name, other, [settings.target, ...inspection.features]);
      const all = { table: other, rows: allRows(other.rows) };
      parts[name] = { table: other, rows: usable(all, `the ${name} table`, inspection, settings, notes) };
    } else if (found[name].length > 0) parts[name] = { table, rows: found[name] };
  }
  return parts;
}

const shareOf = (given: number | Table): number => (typeof given === 'number' ? given : 0);

function refuseLacking(option: string, { columns }: Table, names: readonly string[]): void {
  const found = columns.map(({ name }) => name);
  const lacking = names.find((name) => !found.includes(name));
  if (lacking !== undefined)
    throw misuse(
      `${option}: the table has no column ${JSON.stringify(lacking)}; ${didYouMean(lacking, found, 'columns')}`,
    );
}

/** The rows that can be learned from: with a target and, where gaps are dropped, without gaps. */
function usable(
  { table, rows }: Part,
  what: string,
  { features }: Inspection,
  { target, missing }: TableSettings,
  notes: string[],
): Int32Array {
  const labelled = completeRows(table, [target], rows);
  const complete = missing === 'drop' ? completeRows(table, features, labelled) : labelled;
  const without = rows.length - labelled.length;
  const gaps = labelled.length - complete.length;
  if (without > 0) notes.push(`${plural(without, 'row')} of ${what} without a target left out`);
  if (gaps > 0) notes.push(`${plural(gaps, 'row')} of ${what} with missing values left out, as asked`);
  if (complete.length > 0) return complete;
  if (labelled.length === 0) throw misuse(`${what} has no row with a target`);
  const lacking = features.map((name) => {
    const from = column(table, name);
    return { name, count: labelled.filter((row) => isMissing(from, row)).length };
  });
  const worst = lacking.reduce((most, each) => (each.count > most.count ? each : most));
  throw misuse(
    `missing: every row of ${what} lacks a value (${worst.count} lack ${JSON.stringify(worst.name)}); ` +
      "use 'impute', or leave out features",
  );
}

/** Rows without a target, gaps and the split may leave nothing to tell apart. */
function refuseOneValue({ table, rows }: Part, { target }: Inspection): void {
  const from = column(table, target.name);
  const values = from.kind === 'text' ? from.codes : from.values;
  if (rows.some((row) => values[row] !== values[rows[0]!])) return;
  throw misuse(
    `target: the ${plural(rows.length, 'training row')} all have the same value; ` +
      'train on more rows, or split them in another way',
  );
}
