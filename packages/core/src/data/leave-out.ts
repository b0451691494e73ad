import { type Levels, levelsOf } from './levels.js';
import { plural } from './names.js';
import type { ColumnSummary } from './summary.js';
import type { Column } from './table.js';

/** A column on trial, and the target it should help to predict. */
export interface Candidate {
  readonly column: Column;
  readonly summary: ColumnSummary;
  readonly target: Column;
  /** The target's classes; `undefined` in regression. */
  readonly classes?: Levels;
  /** With `drop`, rows without a value are gone before training. */
  readonly missing: 'impute' | 'drop';
}

export type LeaveOutKind = 'empty' | 'constant' | 'twin' | 'identifier' | 'rowNumber' | 'freeText';

interface Rule {
  readonly kind: LeaveOutKind;
  /** True when a model could not use the column even if asked to. */
  readonly useless?: boolean;
  /** Why the column should be left out; `undefined` when it should not, for this reason. */
  readonly reason: (candidate: Candidate) => string | undefined;
}

const RULES: readonly Rule[] = [
  {
    kind: 'empty',
    useless: true,
    reason: ({ summary }) => (summary.distinct === 0 ? 'it has no values' : undefined),
  },
  {
    // Where values are imputed, that a cell is missing can be what is worth knowing.
    kind: 'constant',
    useless: true,
    reason: ({ summary, missing }) => {
      const gaps = summary.missing + summary.infinite;
      return summary.distinct === 1 && (gaps === 0 || missing === 'drop')
        ? 'all its values are the same'
        : undefined;
    },
  },
  { kind: 'twin', reason: twin },
  {
    kind: 'identifier',
    reason: ({ column, summary }) => {
      if (summary.missing > 0 || summary.rows < 2) return undefined;
      const unique = 'no value occurs twice';
      if (column.kind === 'text')
        return summary.distinct === summary.rows ? `it names the rows: ${unique}` : undefined;
      const named = summary.numbers?.integer && (ID_WORD.test(column.name) || ID_CAMEL.test(column.name));
      return named && allDifferent(column) ? `it is an identifier: ${unique}` : undefined;
    },
  },
  {
    kind: 'rowNumber',
    reason: ({ column, summary }) =>
      summary.missing === 0 && summary.numbers?.integer && numbersRows(column, summary.numbers)
        ? 'it numbers the rows: whole numbers in order, each once'
        : undefined,
  },
  {
    kind: 'freeText',
    reason: ({ column, summary }) => {
      const present = summary.rows - summary.missing;
      if (column.kind !== 'text' || summary.distinct <= Math.max(50, 0.2 * present)) return undefined;
      return `it is free text: ${summary.distinct} different values in ${plural(present, 'row')}`;
    },
  },
];

/**
 * The first reason to leave a column out of the features, if there is one.
 *
 * `empty`, `constant`, `twin` (the target's values again, or its classes under other names), `identifier`
 * (text that names each row, or whole numbers under a name such as `id`), `rowNumber` (whole numbers in
 * order, with few gaps), `freeText` (over 50 different texts, and over one for five rows).
 */
export function whyLeaveOut(
  candidate: Candidate,
): { kind: LeaveOutKind; reason: string; useless: boolean } | undefined {
  for (const { kind, useless = false, reason } of RULES) {
    const found = reason(candidate);
    if (found !== undefined) return { kind, reason: found, useless };
  }
  return undefined;
}

const ID_WORD = /(?:^|[\s_.-])(?:id|uuid|guid|key|index|idx|nr|no)$/i;
const ID_CAMEL = /[a-z]I[dD]$/;

function twin({ column, target, classes, summary }: Candidate): string | undefined {
  if (sameNumbers(column, target)) return 'it has the same values as the target';
  if (!classes || summary.distinct !== classes.levels.length) return undefined;
  const { codes, levels } = levelsOf(column);
  const classOf = new Int32Array(levels.length).fill(-1);
  const levelOf = new Int32Array(levels.length).fill(-1);
  let both = 0;
  for (let row = 0; row < codes.length; row++) {
    const [level, label] = [codes[row]!, classes.codes[row]!];
    if (level < 0 || label < 0) continue;
    both += 1;
    if (classOf[level] === -1 && levelOf[label] === -1) {
      classOf[level] = label;
      levelOf[label] = level;
    } else if (classOf[level] !== label || levelOf[label] !== level) return undefined;
  }
  if (2 * both < codes.length) return undefined;
  const same = levels.every((level, i) => level === classes.levels[classOf[i]!]);
  return same ? 'it has the same values as the target' : 'it names the classes of the target in another way';
}

/** True when two columns of numbers agree in every row where both have a value, which is at least half. */
function sameNumbers(a: Column, b: Column): boolean {
  if (a.kind !== 'number' || b.kind !== 'number') return false;
  let both = 0;
  for (let row = 0; row < a.values.length; row++) {
    const [x, y] = [a.values[row]!, b.values[row]!];
    if (!Number.isFinite(x) || !Number.isFinite(y)) continue;
    if (x !== y) return false;
    both += 1;
  }
  return 2 * both >= a.values.length;
}

function allDifferent(column: Column): boolean {
  if (column.kind !== 'number') return false;
  const sorted = column.values.slice().sort();
  return sorted.every((value, i) => i === 0 || value !== sorted[i - 1]);
}

/** Each number larger than the one before, or each smaller, over a range at most twice the rows. */
function numbersRows(column: Column, { min, max }: { min: number; max: number }): boolean {
  if (column.kind !== 'number' || max - min >= 2 * column.values.length) return false;
  const direction = Math.sign(column.values[1]! - column.values[0]!);
  return column.values.every((value, i) => i === 0 || (value - column.values[i - 1]!) * direction > 0);
}
