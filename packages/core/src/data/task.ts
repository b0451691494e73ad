import { misuse } from '../tensor/errors.js';
import { looksNumeric } from './cells.js';
import { levelsOf } from './levels.js';
import { listed, plural } from './names.js';
import { COUNTED, type ColumnSummary } from './summary.js';
import type { Column, TextColumn } from './table.js';

/** What to predict: a quantity, one of two classes, one of several. */
export type Task = 'regression' | 'binary' | 'multiclass';

export const TASKS: readonly Task[] = ['regression', 'binary', 'multiclass'];

export interface TargetFinding {
  readonly name: string;
  readonly task: Task;
  /** Why this task, in words. */
  readonly reason: string;
  /** Of classes, in the order of the model's outputs. */
  readonly classes?: readonly { readonly name: string; readonly count: number }[];
  /** Rows that cannot be learned from. */
  readonly missing: number;
}

/** Whole numbers with at most this many values, on at most this share of the rows, are classes. */
const FEW = { values: 20, share: 0.05 };

/**
 * Decides what to predict.
 *
 * Text and booleans are classes. So are whole numbers with exactly two values, or with few: at most 20, and
 * at most one for 20 rows. Other numbers are a quantity. Two classes are `binary`, more are `multiclass`.
 *
 * @param wanted the task, when the caller knows better
 * @throws when there is nothing to learn (no values, or one), and when the target cannot be what is wanted
 */
export function findTask(target: Column, summary: ColumnSummary, wanted?: Task): TargetFinding {
  const name = JSON.stringify(target.name);
  if (wanted !== undefined && !TASKS.includes(wanted))
    throw misuse(`task must be ${TASKS.join(', ')}, got ${JSON.stringify(wanted)}`);
  if (target.kind === 'date')
    throw misuse(`target ${name} holds dates; give a target of numbers, text or true and false`);
  if (summary.distinct === 0)
    throw misuse(`target ${name} has no values: each of its ${summary.rows} rows is missing`);
  if (summary.distinct === 1)
    throw misuse(
      `target ${name} has one value only, ${listed(levelsOf(target).levels)}; there is nothing to learn`,
    );
  const missing = summary.missing + summary.infinite;
  if (target.kind === 'text') refuseNumbersWithText(target, wanted);
  const reason = whyClasses(target, summary, wanted);
  if (reason === undefined)
    return { name: target.name, task: 'regression', reason: whyQuantity(summary, wanted), missing };
  const classes = classesOf(target, wanted);
  const task = wanted ?? (classes.length === 2 ? 'binary' : 'multiclass');
  return { name: target.name, task, reason, classes, missing };
}

/** `undefined` when the target is a quantity. */
function whyClasses(target: Column, summary: ColumnSummary, wanted: Task | undefined): string | undefined {
  if (wanted === 'regression') return undefined;
  if (wanted !== undefined) return 'as asked';
  if (target.kind === 'text') return 'it holds text';
  if (target.kind === 'boolean') return 'it holds true and false';
  if (!summary.numbers?.integer) return undefined;
  if (summary.distinct === 2) return 'it holds two whole numbers';
  const present = summary.rows - summary.missing - summary.infinite;
  if (summary.distinct > FEW.values || summary.distinct > FEW.share * present) return undefined;
  return `it holds ${summary.distinct} different whole numbers only`;
}

function whyQuantity(summary: ColumnSummary, wanted: Task | undefined): string {
  if (wanted !== undefined) return 'as asked';
  if (!summary.numbers?.integer) return 'it holds numbers with decimals';
  const many = summary.distinct > COUNTED ? `more than ${COUNTED}` : summary.distinct;
  return `it holds ${many} different whole numbers`;
}

function classesOf(target: Column, wanted: Task | undefined) {
  const { levels, counts } = levelsOf(target);
  const rows = counts.reduce((sum, count) => sum + count, 0);
  const name = JSON.stringify(target.name);
  if (wanted === 'binary' && levels.length !== 2)
    throw misuse(
      `task 'binary' needs a target of two classes; ${name} has ${levels.length}: ${listed(levels)}; ` +
        "use task 'multiclass'",
    );
  if (2 * levels.length > rows && levels.length > 2)
    throw misuse(
      `target ${name} has ${levels.length} different values in ${plural(rows, 'row')}, too few of each to learn; ` +
        'give another target or more rows',
    );
  return levels.map((level, code) => ({ name: level, count: counts[code]! }));
}

/** Text that stops a target from being numbers is a slip more often than it is a class. */
function refuseNumbersWithText(target: TextColumn, wanted: Task | undefined): void {
  const name = JSON.stringify(target.name);
  const words = target.levels.map((level) => !looksNumeric(level));
  const first = target.codes.findIndex((code) => code >= 0 && words[code]!);
  const text = first < 0 ? '' : `${JSON.stringify(target.levels[target.codes[first]!])} in row ${first + 1}`;
  const present = target.codes.filter((code) => code >= 0);
  const numeric = present.filter((code) => !words[code]).length;
  if (wanted === 'regression' && first >= 0)
    throw misuse(`target ${name} holds text (${text}), which task 'regression' cannot predict; use numbers`);
  if (wanted === undefined && first >= 0 && 2 * numeric >= present.length)
    throw misuse(
      `target ${name} has text among its numbers (${text}); correct it, or use task 'multiclass' if they are classes`,
    );
}
