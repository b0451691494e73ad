import { type Permuter, permuter } from '../compile/permuter.js';
import { random } from '../data/random.js';
import { permutation } from '../data/shuffle.js';
import type { Schedule } from '../optim/transform.js';
import { check, count, oneOf } from '../tensor/checks.js';
import { misuse } from '../tensor/errors.js';
import type { FindingEvent } from './events.js';
import type { Progress } from './progress.js';

/** How rows become batches, and batches steps. */
export interface BatchOptions {
  /**
   * Rows a step: `1` is stochastic gradient descent, `'full'` is batch gradient descent (default 32). A function of the number
   * of epochs that are done lets it grow: `(epoch) => (epoch < 10 ? 32 : 128)`. `'auto'` measures how much the gradients of
   * rows differ (the gradient noise scale), and goes with that and the cache; the option `lr` is then taken to be for batches
   * of 32, and goes with the batch: in proportion for SGD and its kin, by the square root for Adam and its kin.
   */
  readonly batchSize?: number | 'full' | 'auto' | Schedule;
  /**
   * What happens to the learning rate as the batch grows: times rows/(rows at first) with `'linear'`, times the root of
   * that with `'sqrt'` (default: nothing).
   */
  readonly scaleRate?: 'linear' | 'sqrt';
  /**
   * Micro-batches a step (default 1): gradients of so many batches of `batchSize` rows are averaged before the one update.
   * The memory is that of one, the step that of all of them; `'full'` batches are cut into so many parts.
   */
  readonly accumulate?: number;
  /**
   * In which order rows are taken: another in each epoch (`true`, the default), the same shuffled one (`'once'`), as they
   * are (`false`), or drawn at random, so that some come twice and some not at all (`'replacement'`).
   */
  readonly shuffle?: boolean | 'once' | 'replacement';
}

/** Rows a step where nothing is said, and where `'auto'` begins. */
const USUAL = 32;

/** From an epoch on, counted from 0, each step takes so many rows. */
interface Stage {
  readonly from: number;
  readonly rows: number;
}

export interface BatchSettings {
  /** Rows of the first step. */
  readonly batchSize: number;
  /** How many rows a step looks at at a time, where it is not all of them. */
  readonly part: number | undefined;
  /** Where the number of rows changes: as it is at first, and at each change. */
  readonly stages: readonly Stage[];
  readonly scaleRate: 'linear' | 'sqrt' | undefined;
  readonly shuffle: boolean | 'once' | 'replacement';
}

/**
 * @param rows that there are
 * @param epochs of the run
 */
export function batchSettings(
  { batchSize: asked = USUAL, scaleRate, accumulate = 1, shuffle = true }: BatchOptions,
  rows: number,
  epochs: number,
): BatchSettings {
  const batchSize = asked === 'auto' ? USUAL : asked;
  const way = `, 'full' or 'auto' (train has ${rows} rows)`;
  check('accumulate', accumulate, count);
  check('shuffle', shuffle, oneOf(true, false, 'once', 'replacement'));
  if (scaleRate !== undefined) check('scaleRate', scaleRate, oneOf('linear', 'sqrt'));
  if (batchSize === 'full') {
    const part = accumulate > 1 ? Math.ceil(rows / accumulate) : undefined;
    return { batchSize: rows, part, stages: [{ from: 0, rows }], scaleRate, shuffle };
  }
  const each = (epoch: number): number => {
    if (typeof batchSize === 'number') return check('batchSize', batchSize, count, way);
    const found = typeof batchSize === 'function' ? batchSize(epoch) : batchSize;
    return check(`batchSize${typeof batchSize === 'function' ? `(${epoch})` : ''}`, found, count, way);
  };
  const stages: Stage[] = [];
  const last = typeof batchSize === 'function' ? Math.max(1, epochs) : 1;
  for (let from = 0; from < last; from++) {
    const taken = Math.min(accumulate * each(from), rows);
    if (taken !== stages.at(-1)?.rows) stages.push({ from, rows: taken });
  }
  if (accumulate > 1 && stages.length > 1)
    throw misuse(
      'accumulate: a batch that grows is not cut into parts; let accumulate be 1, or batchSize a number',
    );
  const part = accumulate > 1 ? each(0) : undefined;
  return { batchSize: stages[0]!.rows, part, stages, scaleRate, shuffle };
}

/** Rows a step in an epoch, counted from 0. */
export const rowsIn = ({ stages }: BatchSettings, epoch: number): number =>
  stages.findLast(({ from }) => from <= epoch)!.rows;

/** What the learning rate is multiplied by for the batches of an epoch. */
export function rateIn(settings: BatchSettings, epoch: number): number {
  if (settings.scaleRate === undefined) return 1;
  const growth = rowsIn(settings, epoch) / settings.batchSize;
  return settings.scaleRate === 'sqrt' ? Math.sqrt(growth) : growth;
}

/** From so many rows on, a program that orders them is sooner made than an order without it. */
const MANY = 2 ** 16;

/** What orders so many rows, again and again; a program for it is made when the first order is asked for. */
export function ordererOf(rows: number): Permuter {
  if (rows < MANY) return (seed, name, epoch) => permutation(rows, { seed, name, epoch });
  let made: Permuter | undefined;
  return (seed, name, epoch) => {
    made ??= permuter(rows);
    return made(seed, name, epoch);
  };
}

/**
 * The order of rows in an epoch, unless it is theirs.
 *
 * @param order as {@link ordererOf} makes it
 */
export function orderOf(
  { shuffle }: BatchSettings,
  rows: number,
  seed: number,
  epoch: number,
  order: Permuter,
): Int32Array | undefined {
  if (shuffle === false) return undefined;
  if (shuffle !== 'replacement') return order(seed, 'shuffle', shuffle === 'once' ? 0 : epoch);
  const stream = random(seed, 'replacement', epoch);
  return Int32Array.from({ length: rows }, () => stream.integer(rows));
}

/** What is to be said before an epoch whose batches are of another size. */
export function growthAt(settings: BatchSettings, { epoch, steps }: Progress): FindingEvent | undefined {
  const stage = settings.stages.find(({ from }) => from === epoch && from > 0);
  if (!stage) return undefined;
  const factor = rateIn(settings, epoch);
  const rate =
    settings.scaleRate === undefined
      ? 'the learning rate stays; scaleRate would let it grow with them'
      : `the learning rate is ${Number(factor.toPrecision(4))} times what it was at first`;
  const message = `batches have ${stage.rows} rows from epoch ${epoch + 1} on; ${rate}`;
  return { kind: 'finding', rule: 'batchSize', message, step: steps };
}

/** Steps in so many epochs. */
export function stepsIn({ stages }: BatchSettings, rows: number, epochs: number): number {
  return stages.reduce((sum, { from, rows: each }, i) => {
    const to = Math.min(epochs, stages[i + 1]?.from ?? epochs);
    return sum + Math.max(0, to - from) * Math.ceil(rows / each);
  }, 0);
}
