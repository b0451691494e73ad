import type { NdArray } from '../tensor/array.js';
import { allocate, type FloatType } from '../tensor/dtype.js';
import { misuse } from '../tensor/errors.js';
import { asDateWhereIso, asKind } from './cells.js';
import { DAY, formatDate } from './dates.js';
import { didYouMean } from './names.js';
import {
  type DateUnit,
  fitNumeric,
  type NumericCode,
  type NumericColumn,
  numericNames,
  numericWriter,
  type Writer,
} from './numeric-code.js';
import { allRows, type Column, column, type Table, type TextColumn } from './table.js';
import { fitText, type TextCode, textNames, textWriter } from './text-code.js';

export type FeatureCode = NumericCode | TextCode;

/** How each feature becomes columns of numbers. Plain data: store it as JSON, read it with {@link readEncoder}. */
export interface Encoder {
  readonly features: readonly FeatureCode[];
}

export interface EncoderOptions {
  readonly features: readonly string[];
  /** The training rows; nothing is learned from any other. Default: all. */
  readonly rows?: Int32Array;
  /** What a date counts as: days since the first in training (default), or its calendar year. */
  readonly dates?: DateUnit;
}

/**
 * Learns from the training rows how to encode features.
 *
 * - numbers, booleans (0, 1) and dates: (x − mean)/std, with the population standard deviation
 * - text: a column of 0 and 1 for each level; rare levels share `(other)`
 * - text whose every value is an ISO date counts as dates
 * - a missing or infinite value becomes the mean (the median where the skewness is beyond 1, the most frequent
 *   text or boolean); where the training rows have any, one more column marks them with 1
 *
 * @throws when the table lacks a feature
 * @example
 * ```ts
 * import { encode, encodedNames, fitEncoder, tableFrom } from '@downslope/core';
 * const table = tableFrom([{ size: 40, city: 'Oslo' }, { size: 60, city: 'Oslo' }, { size: 50, city: 'Bergen' }]);
 * const encoder = fitEncoder(table, { features: ['size', 'city'] });
 * encodedNames(encoder); // ['size', 'city = Oslo', 'city = (other)']
 * encode(encoder, table, { dtype: 'float64' }).shape; // [3, 3]
 * ```
 */
export function fitEncoder(table: Table, options: EncoderOptions): Encoder {
  const rows = options.rows ?? allRows(table.rows);
  if (rows.length === 0) throw misuse('no rows to fit the encoder on');
  const features = options.features.map((name) => {
    const found = asDateWhereIso(column(table, name));
    return found.kind === 'text' ? fitText(found, rows) : fitNumeric(found, rows, options.dates ?? 'days');
  });
  return { features };
}

/** The names of the encoded columns: `size`, `city = Oslo`, `city = (other)`, `size is missing`, `born in days`. */
export const encodedNames = (encoder: Encoder): string[] => encoder.features.flatMap(namesOf);

/** Rows of a block: the part of the matrix that all features write before the next stays in the cache. */
const BLOCK = 1024;

/**
 * Encodes rows of a table: `[rows, columns]`, row-major.
 *
 * Columns are found by name, in any order; others are ignored. A column of another kind than in training is
 * read as that kind where each cell can be, such as text that holds numbers.
 *
 * @throws when the table lacks a feature, or a cell cannot be read as the feature's kind; both are named
 */
export function encode(
  encoder: Encoder,
  table: Table,
  options: { rows?: Int32Array; dtype: FloatType },
): NdArray {
  const rows = options.rows ?? allRows(table.rows);
  const parts: { write: Writer; offset: number }[] = [];
  let width = 0;
  for (const code of encoder.features) {
    parts.push({
      write: writerOf(code, asKind(featureColumn(table, code.name), code.kind), rows),
      offset: width,
    });
    width += widthOf(code);
  }
  const data = allocate(options.dtype, rows.length * width) as Float32Array | Float64Array;
  for (let start = 0; start < rows.length; start += BLOCK) {
    const end = Math.min(start + BLOCK, rows.length);
    for (const { write, offset } of parts) write(data, width, offset, start, end);
  }
  return { data, shape: [rows.length, width], dtype: options.dtype };
}

/** What the encoder does that a person should know, a line each. */
export function describeEncoder(encoder: Encoder): string[] {
  return encoder.features.flatMap((code) => {
    const lines: string[] = [];
    if (code.kind === 'text' && code.pooled > 0)
      lines.push(
        `${JSON.stringify(code.name)}: its rare levels (${code.pooled} of ${code.levels.length + code.pooled}) ` +
          'are one column, (other)',
      );
    if (code.indicator)
      lines.push(
        `${JSON.stringify(code.name)}: missing values become ${fillOf(code)}, and a column marks them`,
      );
    return lines;
  });
}

/** What stands in for a missing value, in words. */
function fillOf(code: FeatureCode): string {
  if (code.kind === 'text') return `the most frequent text, ${JSON.stringify(code.fill ?? '(other)')}`;
  if (code.kind === 'boolean') return `the more frequent value, ${code.fill === 1}`;
  const which = code.fill === code.mean ? 'the mean' : 'the median';
  if (code.kind === 'date' && code.unit === 'days')
    return `${which}, ${formatDate(code.origin + Math.round(code.fill) * DAY)}`;
  return `${which}, ${Number(code.fill.toPrecision(4))}`;
}

const widthOf = (code: FeatureCode): number =>
  (code.kind === 'text' ? code.levels.length + (code.pooled > 0 ? 1 : 0) : 1) + (code.indicator ? 1 : 0);

const namesOf = (code: FeatureCode): string[] =>
  code.kind === 'text' ? textNames(code) : numericNames(code);

const writerOf = (code: FeatureCode, from: Column, rows: Int32Array): Writer =>
  code.kind === 'text'
    ? textWriter(code, from as TextColumn, rows)
    : numericWriter(code, from as NumericColumn, rows);

function featureColumn(table: Table, name: string): Column {
  const found = table.columns.find((each) => each.name === name);
  if (found) return found;
  const names = table.columns.map((each) => each.name);
  throw misuse(`the table lacks the feature ${JSON.stringify(name)}; ${didYouMean(name, names, 'columns')}`);
}
