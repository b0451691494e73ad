import { DAY } from './dates.js';
import { moments, quantiles } from './stats.js';
import { type Column, numbersOf } from './table.js';

/**
 * How numbers and booleans are encoded: (x − mean)/std in one column; where training had gaps, a second column
 * is 1 where x is missing.
 *
 * All figures come from the training rows that have a value. Booleans are 0 and 1.
 */
export interface NumberCode {
  readonly kind: 'number' | 'boolean';
  readonly name: string;
  readonly mean: number;
  /** Population standard deviation; 0 for a constant, which is encoded as 0 whatever it becomes later. */
  readonly std: number;
  /** Stands in for a missing value: the mean, the median where skewed, the more frequent boolean. */
  readonly fill: number;
  /** True when a column marks missing values. */
  readonly indicator: boolean;
}

/** A date as a calendar year (UTC), or as days since `origin`, the first date in training; then as a number. */
export interface DateCode extends Omit<NumberCode, 'kind'> {
  readonly kind: 'date';
  readonly unit: DateUnit;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly origin: number;
}

export type DateUnit = 'days' | 'year';
export type NumericCode = NumberCode | DateCode;
export type NumericColumn = Exclude<Column, { kind: 'text' }>;

/** Beyond this skewness the mean lies far from most values, and gaps are filled with the median. */
const SKEWED = 1;

export function fitNumeric(column: NumericColumn, rows: Int32Array, unit: DateUnit): NumericCode {
  const { kind, name } = column;
  if (kind !== 'date') return { kind, name, ...scaleOf(numbersOf(column), rows, kind === 'boolean') };
  const { count, min } = moments(column.values, rows);
  const origin = count > 0 ? min : 0;
  return { kind, name, unit, origin, ...scaleOf(datesAsNumbers(column.values, unit, origin), rows, false) };
}

/** The column's values in the unit that `mean` and `std` have. */
export function plainNumbers(code: NumericCode, column: NumericColumn): Float64Array {
  return code.kind === 'date' ? datesAsNumbers(numbersOf(column), code.unit, code.origin) : numbersOf(column);
}

export const numericNames = ({ name, indicator, ...code }: NumericCode): string[] => {
  const value = code.kind === 'date' ? `${name} in ${code.unit === 'days' ? 'days' : 'years'}` : name;
  return indicator ? [value, `${name} is missing`] : [value];
};

/** Writes rows `start` to `end` of the encoded matrix, in its column `offset` and, for the indicator, the next. */
export function numericWriter(code: NumericCode, column: NumericColumn, rows: Int32Array): Writer {
  const values = plainNumbers(code, column);
  const { mean, fill, indicator } = code;
  const scale = inverse(code.std);
  return (out, width, offset, start, end) => {
    for (let i = start, at = start * width + offset; i < end; i++, at += width) {
      const value = values[rows[i]!]!;
      const present = value - value === 0; // false for NaN and ±Infinity
      out[at] = ((present ? value : fill) - mean) * scale;
      if (indicator) out[at + 1] = present ? 0 : 1;
    }
  };
}

/** Fills one feature's columns of the row-major matrix `out`, which is zero before. */
export type Writer = (
  out: Float32Array | Float64Array,
  width: number,
  offset: number,
  start: number,
  end: number,
) => void;

/** 1/std, but 0 for a constant. */
export const inverse = (std: number): number => (std > 0 ? 1 / std : 0);

function scaleOf(values: Float64Array, rows: Int32Array, boolean: boolean) {
  const { count, mean, std, skewness } = moments(values, rows);
  const indicator = count < rows.length;
  if (count === 0) return { mean: 0, std: 0, fill: 0, indicator };
  if (boolean) return { mean, std, fill: mean < 0.5 ? 0 : 1, indicator };
  const fill = Math.abs(skewness) > SKEWED ? quantiles(values, rows, [0.5])[0]! : mean;
  return { mean, std, fill, indicator };
}

function datesAsNumbers(values: Float64Array, unit: DateUnit, origin: number): Float64Array {
  if (unit === 'days') return values.map((value) => (value - origin) / DAY);
  return values.map((value) => new Date(value).getUTCFullYear());
}
