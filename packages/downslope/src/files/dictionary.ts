import type { BooleanColumn, Column, NumberColumn, TextColumn } from '@downslope/core';
import { numbersIn, type ReadNumbers } from './numerals.js';
import { MISSING } from './relation.js';

const BOOLEAN = /^\s*(true|false)\s*$/i;

/** At most this share of a column of numbers may be words, */
const WORDS_SHARE = 0.02;
/** and no more different ones than these: else they mean something. */
const MOST_WORDS = 3;

/** How text is understood. */
export interface Meaning {
  /** True in files without types, such as CSV. */
  readonly untyped: boolean;
  /** True where a single word makes text of a column. */
  readonly strict: boolean;
}

/** A column, and what to say of how it was read. */
export interface Understood {
  readonly column: Column;
  readonly notes: readonly string[];
}

/**
 * The column that dictionary-encoded text makes.
 *
 * Missing words lose their level. A column whose every other level is a number is a column of numbers, and one of
 * true and false a column of booleans, provided that it came from a file without types or held such words: otherwise
 * text is meant as text. In files without types numbers may be written as people write them, and a few words among
 * many numbers are missing values too.
 */
export function columnOfText(text: TextColumn, { untyped, strict }: Meaning): Understood {
  const column = withoutMissing(text);
  const asText = { column, notes: [] };
  const { levels } = column;
  if (levels.length === 0 || (!untyped && levels.length === text.levels.length)) return asText;
  if (levels.every((level) => BOOLEAN.test(level))) return { column: asBooleans(column), notes: [] };
  const read = numbersIn(levels);
  if (read === undefined) return asText;
  const words = wordsIn(column, read);
  if (read.example !== undefined && !untyped) return asText;
  if (words.length > 0 && (strict || !untyped || !areFew(words, column))) return asText;
  return { column: asNumbers(column, read), notes: notesOf(text.name, read, words) };
}

interface Word {
  readonly text: string;
  readonly rows: number;
}

function wordsIn({ levels, codes }: TextColumn, { numbers }: ReadNumbers): Word[] {
  const stray = levels.flatMap((text, code) => (Number.isNaN(numbers[code]) ? [{ text, code }] : []));
  if (stray.length > MOST_WORDS) return stray.map(({ text }) => ({ text, rows: codes.length }));
  return stray.map(({ text, code }) => ({ text, rows: codes.filter((each) => each === code).length }));
}

function areFew(words: readonly Word[], { codes }: TextColumn): boolean {
  const rows = words.reduce((sum, word) => sum + word.rows, 0);
  return words.length <= MOST_WORDS && rows <= WORDS_SHARE * codes.filter((code) => code >= 0).length;
}

function notesOf(name: string, { example }: ReadNumbers, words: readonly Word[]): string[] {
  const said = words.map(({ text, rows }) => `${quoted(text)} in ${rows} row${rows === 1 ? '' : 's'}`);
  return [
    ...(example ? [`${quoted(example.text)} is read as ${example.number}`] : []),
    ...(words.length > 0 ? [`${said.join(', ')} count${words.length === 1 ? 's' : ''} as missing`] : []),
  ].map((note) => `${quoted(name)}: ${note}`);
}

const quoted = (text: string): string => JSON.stringify(text);

function withoutMissing(text: TextColumn): TextColumn {
  if (!text.levels.some((level) => MISSING.includes(level))) return text;
  const levels = text.levels.filter((level) => !MISSING.includes(level));
  let next = 0;
  const recoded = text.levels.map((level) => (MISSING.includes(level) ? -1 : next++));
  return { ...text, levels, codes: text.codes.map((code) => recoded[code] ?? -1) };
}

function asNumbers({ name, codes }: TextColumn, { numbers }: ReadNumbers): NumberColumn {
  const values = Float64Array.from(codes, (code) => numbers[code] ?? Number.NaN);
  const integer = numbers.every((number) => Number.isInteger(number) || Number.isNaN(number));
  return { kind: 'number', name, values, integer };
}

function asBooleans({ name, codes, levels }: TextColumn): BooleanColumn {
  const values = levels.map((level) => (/true/i.test(level) ? 1 : 0));
  return { kind: 'boolean', name, values: Int8Array.from(codes, (code) => values[code] ?? -1) };
}
