import { levelsOf } from './levels.js';
import type { Writer } from './numeric-code.js';
import type { TextColumn } from './table.js';
import { MANY_LEVELS } from './worth-a-look.js';

/**
 * How text is encoded: a column for each level, 1 where the text is that level and 0 elsewhere.
 *
 * Rare levels share one more column, `(other)`; so do levels first seen at prediction, or, where training had
 * no rare ones, these are 0 in every column. These columns are not standardised: a weight is then the effect of
 * a level, and a penalty treats frequent and rare levels alike.
 */
export interface TextCode {
  readonly kind: 'text';
  readonly name: string;
  /** Levels with a column of their own, in order. */
  readonly levels: readonly string[];
  /** How many rare levels of the training rows share the column `(other)`; with 0 there is none. */
  readonly pooled: number;
  /** The level that stands in for a missing value, the most frequent in training; `null` is `(other)`. */
  readonly fill: string | null;
  /** True when a column marks missing values. */
  readonly indicator: boolean;
}

/** So many training rows are enough for a column of its own, wherever a level stands among the others. */
const ENOUGH = 10;
const MOST_LEVELS = 1000;
/** A column of text takes no more cells than these in the encoded matrix, 200 MB of float32. */
const MOST_CELLS = 5e7;

/**
 * Chooses the levels that keep a column: those seen in at least ten training rows, at most 1,000, and fewer than that
 * beyond 50,000 rows, so that rows × levels stay below 50 million. With few rows less is enough for the 50 most
 * frequent: two rows, and one for 200 from 400 rows on.
 */
export function fitText(column: TextColumn, rows: Int32Array): TextCode {
  const { levels, counts, codes } = levelsOf({ ...column, codes: rows.map((row) => column.codes[row]!) });
  const enough = Math.min(ENOUGH, Math.max(2, Math.ceil(rows.length / 200)));
  const ranked = [...levels.keys()].sort((a, b) => counts[b]! - counts[a]! || a - b);
  const most = Math.max(MANY_LEVELS, Math.min(MOST_LEVELS, Math.floor(MOST_CELLS / rows.length)));
  const kept = ranked
    .slice(0, most)
    .filter((level, rank) => counts[level]! >= (rank < MANY_LEVELS ? enough : ENOUGH));
  return {
    kind: 'text',
    name: column.name,
    levels: kept.sort((a, b) => a - b).map((level) => levels[level]!),
    pooled: levels.length - kept.length,
    fill: kept.length > 0 ? levels[ranked[0]!]! : null,
    indicator: codes.includes(-1),
  };
}

export const textNames = ({ name, levels, pooled, indicator }: TextCode): string[] => [
  ...levels.map((level) => `${name} = ${level}`),
  ...(pooled > 0 ? [`${name} = (other)`] : []),
  ...(indicator ? [`${name} is missing`] : []),
];

export function textWriter(code: TextCode, column: TextColumn, rows: Int32Array): Writer {
  const { levels, pooled, fill, indicator } = code;
  const other = pooled > 0 ? levels.length : -1;
  const places = new Map(levels.map((level, place) => [level, place]));
  const placeOf = Int32Array.from(column.levels, (level) => places.get(level) ?? other);
  const filled = fill === null ? other : places.get(fill)!;
  const mark = levels.length + (pooled > 0 ? 1 : 0);
  return (out, width, offset, start, end) => {
    for (let i = start, at = start * width + offset; i < end; i++, at += width) {
      const level = column.codes[rows[i]!]!;
      const place = level < 0 ? filled : placeOf[level]!;
      if (place >= 0) out[at + place] = 1;
      if (indicator && level < 0) out[at + mark] = 1;
    }
  };
}
