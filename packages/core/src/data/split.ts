import { misuse } from '../tensor/errors.js';
import { apportion } from './apportion.js';
import { levelsOf } from './levels.js';
import { listed, plural } from './names.js';
import { permutation } from './shuffle.js';
import { type Column, column, isMissing, type Table } from './table.js';

/** Row numbers of a table, for each part. */
export interface Split {
  readonly train: Int32Array;
  readonly validation: Int32Array;
  readonly test: Int32Array;
}

/** What share of the rows to hold out: to choose by, and to judge by. The rest trains. 0 leaves a part empty. */
export interface Shares {
  readonly validation: number;
  readonly test: number;
}

const PARTS = ['train', 'validation', 'test'] as const;

/**
 * Splits rows at random.
 *
 * @param rows the row numbers to share out; parts come in ascending order
 * @param shares each at least 0 and together below 1; a share above 0 gets one row or more
 * @param seed the same seed gives the same split, on every platform
 * @throws when there are fewer rows than parts
 */
export const randomSplit = (rows: Int32Array, shares: Shares, seed: number): Split =>
  deal(rows, new Int32Array(rows.length), shares, seed);

/**
 * Splits rows at random, each class by the same shares (largest remainder).
 *
 * A class of two rows is trained and validated on, one of three or more is in each part.
 *
 * @param classes what to keep balanced, usually the target; rows where it is missing are a class of their own
 */
export const stratifiedSplit = (rows: Int32Array, classes: Column, shares: Shares, seed: number): Split =>
  deal(rows, codesAt(rows, classes), shares, seed);

/**
 * Splits rows so that those of one group stay together, for rows that are not independent: the visits of a
 * patient, the sales of a shop.
 *
 * Groups in random order go to whichever part lags furthest behind its share. Rows without a group are one group.
 *
 * @throws when there are fewer groups than parts
 */
export function groupSplit(rows: Int32Array, groups: Column, shares: Shares, seed: number): Split {
  const wanted = sharesOf(shares).map((share) => share * rows.length);
  const codes = codesAt(rows, groups);
  const sizes: number[] = [];
  for (const code of codes) sizes[code] = (sizes[code] ?? 0) + 1;
  const order = permutation(sizes.length, { seed, name: 'split' }).filter((group) => sizes[group]! > 0);
  const parts = wanted.filter((share) => share > 0).length;
  if (order.length < parts)
    throw misuse(
      `too few groups to split: column ${JSON.stringify(groups.name)} has ${order.length}, ` +
        `and each of ${parts} parts needs one; set validation or test to 0`,
    );
  const partOf = new Uint8Array(sizes.length);
  const filled = [0, 0, 0];
  for (const [place, group] of order.entries()) {
    const empty = wanted.flatMap((share, part) => (share > 0 && filled[part] === 0 ? [part] : []));
    const open = empty.length === order.length - place ? empty : [0, 1, 2];
    const lag = (part: number) => wanted[part]! - filled[part]!;
    const part = open.reduce((most, each) => (lag(each) > lag(most) ? each : most));
    partOf[group] = part;
    filled[part]! += sizes[group]!;
  }
  return collect(
    rows,
    codes.map((code) => partOf[code]!),
  );
}

/**
 * Splits rows in order of time: the earliest train, the latest test. Rows of one instant stay in one part.
 *
 * @param times a date or number column
 * @throws when a row has no time, or there are too few instants
 */
export function timeSplit(rows: Int32Array, times: Column, shares: Shares): Split {
  const name = JSON.stringify(times.name);
  if (times.kind !== 'date' && times.kind !== 'number')
    throw misuse(
      `time: column ${name} must hold dates (as 2012-01-31) or numbers, but it holds ${times.kind}`,
    );
  const lacking = rows.filter((row) => isMissing(times, row)).length;
  if (lacking > 0)
    throw misuse(`time: column ${name} is missing in ${plural(lacking, 'row')}; fill or remove them`);
  const order = rows.slice().sort((a, b) => times.values[a]! - times.values[b]! || a - b);
  const [train, validation] = seatsFor(order.length, shares);
  const cut = (wanted: number) => {
    let at = wanted;
    while (at > 0 && at < order.length && times.values[order[at]!] === times.values[order[at - 1]!]) at--;
    return at;
  };
  const [first, second] = [cut(train!), cut(train! + validation!)];
  const split = {
    train: order.slice(0, first),
    validation: order.slice(first, second),
    test: order.slice(second),
  };
  refuseEmpty(split, shares, `column ${name} has too few different values to split`);
  return split;
}

const PART_NAMES: Readonly<Record<string, (typeof PARTS)[number]>> = {
  train: 'train',
  training: 'train',
  validation: 'validation',
  valid: 'validation',
  val: 'validation',
  dev: 'validation',
  test: 'test',
  testing: 'test',
};

/**
 * Splits rows by a column that says train, validation or test.
 *
 * @throws when a row says something else or nothing, or none says train
 */
export function columnSplit(rows: Int32Array, parts: Column): Split {
  const { codes, levels } = levelsOf(parts);
  const named = levels.map((level) => PART_NAMES[level.trim().toLowerCase()]);
  const unknown = levels.filter((_, i) => named[i] === undefined);
  const name = JSON.stringify(parts.name);
  if (unknown.length > 0)
    throw misuse(
      `split: column ${name} must say train, validation or test in each row, got ${listed(unknown)}`,
    );
  const lacking = rows.filter((row) => codes[row]! < 0).length;
  if (lacking > 0)
    throw misuse(
      `split: column ${name} must say train, validation or test in each row; ${plural(lacking, 'row')} without`,
    );
  const split = collect(
    rows,
    Int32Array.from(rows, (row) => PARTS.indexOf(named[codes[row]!]!)),
  );
  if (split.train.length === 0) throw misuse(`split: no row of column ${name} says train`);
  return split;
}

/** How to split a table: at most one of `split`, `group` and `time`; else at random, stratified by `stratify`. */
export interface SplitOptions extends Shares {
  readonly seed: number;
  readonly split?: string;
  readonly group?: string;
  readonly time?: string;
  readonly stratify?: string;
}

/** Splits the given rows of a table as the options say. */
export function splitTable(table: Table, rows: Int32Array, options: SplitOptions): Split {
  const ways = (['split', 'group', 'time'] as const).filter((way) => options[way] !== undefined);
  if (ways.length > 1) throw misuse(`choose one of split, group and time, got ${ways.join(' and ')}`);
  const { seed, split, group, time, stratify } = options;
  if (split !== undefined) return columnSplit(rows, column(table, split));
  if (group !== undefined) return groupSplit(rows, column(table, group), options, seed);
  if (time !== undefined) return timeSplit(rows, column(table, time), options);
  if (stratify !== undefined) return stratifiedSplit(rows, column(table, stratify), options, seed);
  return randomSplit(rows, options, seed);
}

/** Deals the rows, in random order, so that each class is shared out by itself. */
function deal(rows: Int32Array, codes: Int32Array, shares: Shares, seed: number): Split {
  seatsFor(rows.length, shares);
  const counts: number[] = [];
  for (const code of codes) counts[code] = (counts[code] ?? 0) + 1;
  const seats = Array.from(counts, (count) => apportion(count ?? 0, sharesOf(shares)));
  const parts = new Int32Array(rows.length);
  for (const i of permutation(rows.length, { seed, name: 'split' })) {
    const left = seats[codes[i]!]!;
    const part = left.findIndex((count) => count > 0);
    left[part]! -= 1;
    parts[i] = part;
  }
  const split = collect(rows, parts);
  refuseEmpty(split, shares, 'too few rows in each class to split');
  return split;
}

function seatsFor(count: number, shares: Shares): number[] {
  const wanted = sharesOf(shares);
  const parts = PARTS.filter((_, i) => wanted[i]! > 0);
  if (count < parts.length)
    throw misuse(
      `too few rows to split: ${plural(count, 'row')} for ${parts.join(', ')}; ` +
        'with validation 0 and test 0 all rows train',
    );
  return apportion(count, wanted);
}

function sharesOf({ validation, test }: Shares): number[] {
  for (const [name, share] of Object.entries({ validation, test }))
    if (!(share >= 0 && share < 1))
      throw misuse(`${name} must be a share of the rows from 0 up to 1, such as 0.15, got ${share}`);
  if (validation + test >= 1)
    throw misuse(`validation and test must leave rows to train on, got ${validation} + ${test}`);
  return [1 - validation - test, validation, test];
}

function refuseEmpty(split: Split, shares: Shares, reason: string): void {
  const wanted = sharesOf(shares);
  const empty = PARTS.find((part, i) => wanted[i]! > 0 && split[part].length === 0);
  if (empty) throw misuse(`${reason}: no row is left for ${empty}`);
}

/** Classes as numbers from 0, one for each of `rows`; missing is the last. */
function codesAt(rows: Int32Array, from: Column): Int32Array {
  const { codes, levels } = levelsOf(from);
  return rows.map((row) => (codes[row]! < 0 ? levels.length : codes[row]!));
}

function collect(rows: Int32Array, parts: ArrayLike<number>): Split {
  const of = (part: number) => rows.filter((_, i) => parts[i] === part).sort();
  return { train: of(0), validation: of(1), test: of(2) };
}
