import { textOf } from './cells.js';
import { type Column, cell, lengthOf } from './table.js';

/** A column as whole numbers: `levels[codes[row]]`, −1 where missing. */
export interface Levels {
  readonly codes: Int32Array;
  /** The distinct values as text; numbers and dates in their order, text by code units, false before true. */
  readonly levels: readonly string[];
  /** How many rows have each level. */
  readonly counts: Int32Array;
}

/** The distinct values of a column, in order, and which row has which. Numbers that are not finite are missing. */
export function levelsOf(from: Column): Levels {
  const { codes, names, compare } = from.kind === 'text' ? textCodes(from) : numberCodes(from);
  const counts = new Int32Array(names.length);
  for (const code of codes) if (code >= 0) counts[code]! += 1;
  const order = [...names.keys()].filter((code) => counts[code]! > 0).sort(compare);
  const rank = new Int32Array(names.length);
  for (const [place, code] of order.entries()) rank[code] = place;
  return {
    codes: codes.map((code) => (code < 0 ? -1 : rank[code]!)),
    levels: order.map((code) => names[code]!),
    counts: Int32Array.from(order, (code) => counts[code]!),
  };
}

interface Coded {
  codes: Int32Array;
  names: readonly string[];
  compare: (a: number, b: number) => number;
}

function textCodes(from: Column & { kind: 'text' }): Coded {
  const { codes, levels } = from;
  return { codes, names: levels, compare: (a, b) => (levels[a]! < levels[b]! ? -1 : 1) };
}

function numberCodes(from: Exclude<Column, { kind: 'text' }>): Coded {
  const missing = (value: number) => !Number.isFinite(value) || (from.kind === 'boolean' && value < 0);
  const codes = new Int32Array(lengthOf(from));
  const codeOf = new Map<number, number>();
  const firstRow: number[] = [];
  for (let row = 0; row < codes.length; row++) {
    const value = from.values[row]!;
    if (missing(value)) {
      codes[row] = -1;
      continue;
    }
    const code = codeOf.get(value) ?? codeOf.size;
    if (code === codeOf.size) {
      codeOf.set(value, code);
      firstRow.push(row);
    }
    codes[row] = code;
  }
  const values = [...codeOf.keys()];
  const names = firstRow.map((row) => textOf(cell(from, row))!);
  return { codes, names, compare: (a, b) => values[a]! - values[b]! };
}
