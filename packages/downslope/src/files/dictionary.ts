import type { Column, NumberColumn, TextColumn } from '@downslope/core';
import { MISSING } from './relation.js';

const NUMERIC = /^\s*[+-]?(((\d+\.?\d*|\.\d+)(e[+-]?\d+)?)|inf(inity)?)\s*$/i;

/** When at least this share of the cells are numbers, the others are worth naming. */
const MOSTLY = 0.5;

/**
 * The column that dictionary-encoded text makes.
 *
 * Missing words lose their level. A column whose every other level is a number is a column of numbers,
 * provided that it came from a file without types or held such words: otherwise text is meant as text.
 */
export function columnOfText(text: TextColumn, untyped: boolean): { column: Column; notes: string[] } {
  const present = withoutMissing(text);
  const numeric = present.levels.map((level) => NUMERIC.test(level));
  const guessed = untyped || present.levels.length < text.levels.length;
  if (guessed && numeric.length > 0 && numeric.every(Boolean))
    return { column: asNumbers(present), notes: [] };
  return { column: present, notes: strayNotes(present, numeric) };
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

/** Names the first cell that keeps a column of numbers from being one. */
function strayNotes({ name, codes, levels }: TextColumn, numeric: readonly boolean[]): string[] {
  const isStray = (code: number) => code >= 0 && !numeric[code];
  const first = codes.findIndex(isStray);
  if (first < 0) return [];
  let stray = 0;
  let present = 0;
  for (const code of codes) {
    if (code >= 0) present++;
    if (isStray(code)) stray++;
  }
  if (stray > (1 - MOSTLY) * present) return [];
  const others = stray > 1 ? ` and ${stray - 1} more` : '';
  return [
    `"${name}" is read as text: row ${first + 1} holds ${JSON.stringify(levels[codes[first]!])}${others} among numbers`,
  ];
}
