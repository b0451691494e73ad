import { normalQuantile } from './normal.js';
import { moments, quantiles } from './stats.js';
import {
  allRows,
  type BooleanColumn,
  type Column,
  type ColumnKind,
  lengthOf,
  type TextColumn,
} from './table.js';

/** What a column holds, without judgement. Dates are in milliseconds since 1970-01-01 UTC. */
export interface ColumnSummary {
  readonly name: string;
  readonly kind: ColumnKind;
  readonly rows: number;
  /** Cells without a value. */
  readonly missing: number;
  /** Cells that are ±Infinity; they count as missing when encoded. */
  readonly infinite: number;
  /** Different values; exact up to {@link COUNTED}, beyond that `COUNTED + 1`. */
  readonly distinct: number;
  /** Of numbers and dates, where there are any. */
  readonly numbers?: NumberSummary;
  /** Of text: the most frequent levels, at most five. */
  readonly frequent?: readonly { readonly level: string; readonly count: number }[];
}

export interface NumberSummary {
  /** True when every value is a whole number. */
  readonly integer: boolean;
  readonly min: number;
  readonly mean: number;
  readonly median: number;
  readonly max: number;
  /** Population standard deviation. */
  readonly std: number;
  readonly skewness: number;
  /** Cells further from the middle half than {@link fence}; 0 where that half is one value. */
  readonly outliers: number;
}

/** Different numbers are counted up to here; more is simply many. */
export const COUNTED = 10_000;

/** Looks through one column. */
export function summarise(column: Column): ColumnSummary {
  const base = { name: column.name, kind: column.kind, rows: lengthOf(column) };
  if (column.kind === 'text') return { ...base, ...ofText(column) };
  if (column.kind === 'boolean') return { ...base, ...ofBooleans(column) };
  return { ...base, ...ofNumbers(column.values) };
}

type Found = Omit<ColumnSummary, 'name' | 'kind' | 'rows'>;

function ofText({ codes, levels }: TextColumn): Found {
  const counts = new Int32Array(levels.length);
  let missing = 0;
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row]!;
    if (code < 0) missing += 1;
    else counts[code]! += 1;
  }
  const used = [...counts.keys()].filter((code) => counts[code]! > 0);
  const frequent = used.sort((a, b) => counts[b]! - counts[a]! || a - b).slice(0, 5);
  return {
    missing,
    infinite: 0,
    distinct: used.length,
    frequent: frequent.map((code) => ({ level: levels[code]!, count: counts[code]! })),
  };
}

function ofBooleans({ values }: BooleanColumn): Found {
  const counts = { missing: 0, no: 0, yes: 0 };
  for (const value of values) counts[value < 0 ? 'missing' : value === 0 ? 'no' : 'yes'] += 1;
  return { missing: counts.missing, infinite: 0, distinct: Number(counts.no > 0) + Number(counts.yes > 0) };
}

function ofNumbers(values: Float64Array): Found {
  const rows = allRows(values.length);
  const { count, missing, infinite, mean, min, max, std, skewness } = moments(values, rows);
  const found = { missing, infinite, distinct: distinctNumbers(values) };
  if (count === 0) return found;
  const [q1, median, q3] = quantiles(values, rows, [0.25, 0.5, 0.75]) as [number, number, number];
  const reach = fence(count) * (q3 - q1);
  let outliers = 0;
  let integer = true;
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!;
    if (!Number.isFinite(value)) continue;
    if (value < q1 - reach || value > q3 + reach) outliers += 1;
    if (integer && !Number.isInteger(value)) integer = false;
  }
  if (reach === 0) outliers = 0;
  return { ...found, numbers: { integer, min, mean, median, max, std, skewness, outliers } };
}

/**
 * How far from the middle half a value may lie, in interquartile ranges: three; or, among very many values, as far as
 * normal ones reach but once in a hundred columns. Their quartiles are at ±0.6745 standard deviations.
 */
const fence = (count: number): number => Math.max(3, -normalQuantile(0.005 / count) / 1.349 - 0.5);

function distinctNumbers(values: Float64Array): number {
  const seen = new Set<number>();
  for (let row = 0; row < values.length && seen.size <= COUNTED; row++) {
    const value = values[row]!;
    if (Number.isFinite(value)) seen.add(value);
  }
  return seen.size;
}
