import { internal, misuse } from '../tensor/errors.js';
import { didYouMean, listed, uniqueNames } from './names.js';

/** Numbers; a missing cell is NaN. ±Infinity may occur in raw data and counts as missing when encoded. */
export interface NumberColumn {
  readonly kind: 'number';
  readonly name: string;
  readonly values: Float64Array;
  /** True when every present value came from an integer type. */
  readonly integer?: boolean;
}

/** Text, dictionary-encoded: `levels[codes[row]]`; a missing cell has code −1. */
export interface TextColumn {
  readonly kind: 'text';
  readonly name: string;
  readonly codes: Int32Array;
  readonly levels: readonly string[];
}

/** 1, 0, or −1 where missing. */
export interface BooleanColumn {
  readonly kind: 'boolean';
  readonly name: string;
  readonly values: Int8Array;
}

/** Milliseconds since 1970-01-01 UTC; a missing cell is NaN. */
export interface DateColumn {
  readonly kind: 'date';
  readonly name: string;
  readonly values: Float64Array;
}

export type Column = NumberColumn | TextColumn | BooleanColumn | DateColumn;
export type ColumnKind = Column['kind'];

/** One value as JavaScript has it; `null` where missing. */
export type Cell = number | string | boolean | Date | null;

/** Columns of one length, each under a name of its own. */
export interface Table {
  readonly rows: number;
  readonly columns: readonly Column[];
  /** What reading the table changed, in words, such as a column that was renamed. */
  readonly notes?: readonly string[];
}

/**
 * Makes a table of columns.
 *
 * A name that occurs again gets a number, `"a (2)"`, and the table a note saying so.
 *
 * @throws when the columns differ in length
 * @example
 * ```ts
 * import { tableOf } from '@downslope/core';
 * const table = tableOf([{ kind: 'number', name: 'x', values: Float64Array.of(1, 2, 3) }]);
 * ```
 */
export function tableOf(columns: readonly Column[], notes: readonly string[] = []): Table {
  const rows = columns.length > 0 ? lengthOf(columns[0]!) : 0;
  for (const each of columns)
    if (lengthOf(each) !== rows)
      throw misuse(
        `table: columns must have one length; ${JSON.stringify(columns[0]!.name)} has ${rows} rows, ` +
          `${JSON.stringify(each.name)} has ${lengthOf(each)}`,
      );
  const names = uniqueNames(columns.map((each) => each.name));
  const renamed = names.filter((name, i) => name !== columns[i]!.name);
  return {
    rows,
    columns: columns.map((each, i) => ({ ...each, name: names[i]! })),
    notes:
      renamed.length === 0
        ? notes
        : [...notes, `several columns have one name; the later ones are now ${listed(renamed)}`],
  };
}

export const lengthOf = (column: Column): number =>
  column.kind === 'text' ? column.codes.length : column.values.length;

/**
 * The column of a name.
 *
 * @throws when the table has none; the error suggests the nearest name
 */
export function column(table: Table, name: string): Column {
  const found = table.columns.find((each) => each.name === name);
  if (found) return found;
  const names = table.columns.map((each) => each.name);
  throw misuse(`no column ${JSON.stringify(name)}; ${didYouMean(name, names, 'columns')}`);
}

/** The cell of a row as a JavaScript value. */
export function cell(from: Column, row: number): Cell {
  switch (from.kind) {
    case 'number':
      return Number.isNaN(from.values[row]!) ? null : from.values[row]!;
    case 'text':
      return from.codes[row]! < 0 ? null : from.levels[from.codes[row]!]!;
    case 'boolean':
      return from.values[row]! < 0 ? null : from.values[row] === 1;
    case 'date':
      return Number.isNaN(from.values[row]!) ? null : new Date(from.values[row]!);
  }
}

/** True where a cell has no usable value: missing, or a number that is not finite. */
export function isMissing(from: Column, row: number): boolean {
  switch (from.kind) {
    case 'text':
      return from.codes[row]! < 0;
    case 'boolean':
      return from.values[row]! < 0;
    default:
      return !Number.isFinite(from.values[row]!);
  }
}

/** The cells as numbers: booleans as 0 and 1, dates in milliseconds; missing is NaN. */
export function numbersOf(from: Exclude<Column, TextColumn>): Float64Array {
  if (from.kind !== 'boolean') return from.values;
  return Float64Array.from(from.values, (value) => (value < 0 ? Number.NaN : value));
}

/** The table of some of the rows, in the order given; a row may be named twice. */
export function takeRows(table: Table, rows: Int32Array): Table {
  return { ...table, rows: rows.length, columns: table.columns.map((each) => takeCells(each, rows)) };
}

function takeCells(from: Column, rows: Int32Array): Column {
  switch (from.kind) {
    case 'text':
      return { ...from, codes: gather(from.codes, new Int32Array(rows.length), rows) };
    case 'boolean':
      return { ...from, values: gather(from.values, new Int8Array(rows.length), rows) };
    default:
      return { ...from, values: gather(from.values, new Float64Array(rows.length), rows) };
  }
}

function gather<T extends Int8Array | Int32Array | Float64Array>(from: T, to: T, rows: Int32Array): T {
  for (let i = 0; i < rows.length; i++) {
    const value = from[rows[i]!];
    if (value === undefined) throw internal(`row ${rows[i]} of a column with ${from.length} rows`);
    to[i] = value;
  }
  return to;
}

/** Those of the rows that have a usable value in each of the named columns. */
export function completeRows(table: Table, names: readonly string[], rows = allRows(table.rows)): Int32Array {
  const columns = names.map((name) => column(table, name));
  return rows.filter((row) => !columns.some((each) => isMissing(each, row)));
}

/** 0, 1, …, count − 1. */
export function allRows(count: number): Int32Array {
  const rows = new Int32Array(count);
  for (let i = 0; i < count; i++) rows[i] = i;
  return rows;
}
