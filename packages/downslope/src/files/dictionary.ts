import type { BooleanColumn, Column, NumberColumn, TextColumn } from '@downslope/core';
import { MISSING } from './relation.js';

const BOOLEAN = /^\s*(true|false)\s*$/i;
const NUMERIC = /^\s*[+-]?(((\d+\.?\d*|\.\d+)(e[+-]?\d+)?)|inf(inity)?)\s*$/i;

/**
 * The column that dictionary-encoded text makes.
 *
 * Missing words lose their level. A column whose every other level is a number is a column of numbers, and one of
 * true and false a column of booleans, provided that it came from a file without types or held such words: otherwise text is meant as text.
 */
export function columnOfText(text: TextColumn, untyped: boolean): Column {
  const present = withoutMissing(text);
  const guessed = untyped || present.levels.length < text.levels.length;
  const all = (pattern: RegExp) =>
    present.levels.length > 0 && present.levels.every((level) => pattern.test(level));
  if (guessed && all(NUMERIC)) return asNumbers(present);
  return guessed && all(BOOLEAN) ? asBooleans(present) : present;
}

function withoutMissing(text: TextColumn): TextColumn {
  if (!text.levels.some((level) => MISSING.includes(level))) return text;
  const levels = text.levels.filter((level) => !MISSING.includes(level));
  let next = 0;
  const recoded = text.levels.map((level) => (MISSING.includes(level) ? -1 : next++));
  return { ...text, levels, codes: text.codes.map((code) => recoded[code] ?? -1) };
}

function asNumbers({ name, codes, levels }: TextColumn): NumberColumn {
  const numbers = levels.map((level) => Number(level.replace(/inf(inity)?/i, 'Infinity')));
  const values = Float64Array.from(codes, (code) => numbers[code] ?? Number.NaN);
  return { kind: 'number', name, values, integer: numbers.every(Number.isInteger) };
}

function asBooleans({ name, codes, levels }: TextColumn): BooleanColumn {
  const values = levels.map((level) => (/true/i.test(level) ? 1 : 0));
  return { kind: 'boolean', name, values: Int8Array.from(codes, (code) => values[code] ?? -1) };
}
