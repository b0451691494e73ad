import { misuse } from '../tensor/errors.js';
import { formatDate, parseDate } from './dates.js';
import { type Column, type ColumnKind, cell, lengthOf, type TextColumn } from './table.js';

/** As a spreadsheet or a program writes a number; a leading zero, as in a postal code, makes it text. */
const NUMERIC = /^[+-]?(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$|^[+-]?inf(?:inity)?$/i;
/** What stands for a missing value where numbers or dates are expected. */
const NOT_AVAILABLE = /^(?:n\/?a|nan|null|\?|-)?$/i;

/**
 * A column of JavaScript values: numbers, text, booleans, `Date`; `null`, `undefined`, NaN, blank
 * text and an invalid `Date` are missing.
 *
 * Without a `kind` the values decide: numbers when all are numbers or text that reads as one, booleans or
 * dates when all are, otherwise text.
 *
 * @throws when a value is of no use in a table (an object, a list), or does not fit the `kind` asked for
 */
export function columnOf(name: string, cells: readonly unknown[], kind = kindOf(name, cells)): Column {
  switch (kind) {
    case 'number':
      return numberColumn(name, cells);
    case 'text':
      return textColumn(name, cells);
    case 'boolean': {
      const read = (value: unknown) => readBoolean(value) ?? refuse(name, cells, value, 'true or false');
      return { kind, name, values: Int8Array.from(cells, read) };
    }
    case 'date': {
      const read = (value: unknown) => readDate(value) ?? refuse(name, cells, value, 'a date');
      return { kind, name, values: Float64Array.from(cells, read) };
    }
  }
}

/**
 * The column as another kind, as a saved model expects it.
 *
 * @throws when a cell cannot be read so; the error names the column, the row and the cell
 */
export function asKind(from: Column, kind: ColumnKind): Column {
  if (from.kind === kind) return from;
  const cells = Array.from({ length: lengthOf(from) }, (_, row) => cell(from, row));
  return columnOf(from.name, cells, kind);
}

/** A text column whose every value is an ISO date, as dates; any other column as it is. */
export function asDateWhereIso(from: Column): Column {
  if (from.kind !== 'text' || from.levels.length === 0) return from;
  return from.levels.every((level) => parseDate(level) !== undefined) ? asKind(from, 'date') : from;
}

function numberColumn(name: string, cells: readonly unknown[]): Column {
  const values = new Float64Array(cells.length);
  let integer = true;
  for (let row = 0; row < cells.length; row++) {
    const value = readNumber(cells[row]) ?? refuse(name, cells, cells[row], 'a number');
    values[row] = value;
    if (!Number.isInteger(value) && !Number.isNaN(value)) integer = false;
  }
  return { kind: 'number', name, values, integer };
}

function textColumn(name: string, cells: readonly unknown[]): TextColumn {
  const codes = new Int32Array(cells.length);
  const codeOf = new Map<string, number>();
  for (let row = 0; row < cells.length; row++) {
    const text = textOf(cells[row]);
    if (text === null) {
      codes[row] = -1;
      continue;
    }
    const code = codeOf.get(text) ?? codeOf.size;
    if (code === codeOf.size) codeOf.set(text, code);
    codes[row] = code;
  }
  return { kind: 'text', name, codes, levels: [...codeOf.keys()] };
}

function kindOf(name: string, cells: readonly unknown[]): ColumnKind {
  const seen = new Set<string>();
  let words = 0; // texts that are neither numbers nor "not available"
  let numbers = 0;
  for (const value of cells) {
    if (isBlank(value)) continue;
    const type = value instanceof Date ? 'date' : typeof value;
    if (!CELL_TYPES.has(type)) refuse(name, cells, value, 'a number, text, true, false or a date');
    seen.add(type);
    if (type !== 'string') numbers += 1;
    else if (looksNumeric(value as string)) numbers += 1;
    else if (!NOT_AVAILABLE.test((value as string).trim())) words += 1;
  }
  if (seen.size === 1 && seen.has('boolean')) return 'boolean';
  if (seen.size === 1 && seen.has('date')) return 'date';
  if (seen.size === 0) return 'number';
  return words === 0 && numbers > 0 && !seen.has('boolean') && !seen.has('date') ? 'number' : 'text';
}

export const looksNumeric = (text: string): boolean => NUMERIC.test(text.trim());

const CELL_TYPES = new Set(['number', 'bigint', 'string', 'boolean', 'date']);

const isBlank = (value: unknown): boolean =>
  value === null ||
  value === undefined ||
  Number.isNaN(value instanceof Date ? value.getTime() : value) ||
  (typeof value === 'string' && value.trim() === '');

/** NaN where missing; `undefined` where the value is no number. */
function readNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint' || typeof value === 'boolean') return Number(value);
  if (isBlank(value)) return Number.NaN;
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  if (NOT_AVAILABLE.test(text)) return Number.NaN;
  if (/^[+-]?inf/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  const number = Number(text);
  return Number.isNaN(number) ? undefined : number;
}

/** A value as a level of a text column; `null` where missing. */
export function textOf(value: unknown): string | null {
  if (isBlank(value)) return null;
  return value instanceof Date ? formatDate(value.getTime()) : String(value);
}

/** −1 where missing; `undefined` where the value is neither true nor false. */
function readBoolean(value: unknown): -1 | 0 | 1 | undefined {
  if (isBlank(value)) return -1;
  const text = String(value).trim().toLowerCase();
  if (text === 'true' || text === '1') return 1;
  if (text === 'false' || text === '0') return 0;
  return NOT_AVAILABLE.test(text) ? -1 : undefined;
}

/** NaN where missing; `undefined` where the value is no date. */
function readDate(value: unknown): number | undefined {
  if (value instanceof Date) return value.getTime();
  if (isBlank(value)) return Number.NaN;
  if (typeof value !== 'string') return undefined;
  return NOT_AVAILABLE.test(value.trim()) ? Number.NaN : parseDate(value);
}

function refuse(name: string, cells: readonly unknown[], value: unknown, expected: string): never {
  const row = cells.indexOf(value) + 1;
  throw misuse(
    `column ${JSON.stringify(name)} must hold ${expected} in each row; row ${row} holds ${shown(value)}`,
  );
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (value instanceof Date) return formatDate(value.getTime());
  if (typeof value === 'object') return 'an object';
  return typeof value === 'string'
    ? JSON.stringify(value)
    : typeof value === 'function'
      ? 'a function'
      : String(value);
}
