import {
  type Arena,
  bytesOfAll,
  inWords,
  largestOf,
  left,
  megabytes,
  OutOfMemory,
  type Region,
} from '../compile/arena.js';
import type { Leaves, Transform } from '../optim/transform.js';
import { type ArrayInput, array, isNdArray, type NdArray, onDemand } from '../tensor/array.js';
import { allocate, type FloatType } from '../tensor/dtype.js';
import type { Spec } from '../tensor/record.js';
import { sizeOf } from '../tensor/shape.js';
import { type Flat, flatten } from '../tensor/tree.js';
import { type Dataset, type Given, specIn } from './dataset.js';
import { scoresNeed } from './evaluate.js';
import type { Objective } from './objective.js';
import type { Settings } from './options.js';
import { stepNeeds } from './step.js';
import { roomFor } from './stepper.js';
import { byName } from './workplace.js';

// Whether a run fits into its memory: asked before anything is laid down there.

/** What a run is to hold. */
export interface Asked {
  readonly train: Given;
  readonly validation?: Given | undefined;
  readonly params: Flat<ArrayInput>;
  readonly objective: Objective;
  /** Left out where it is made for the rows, once they lie in memory. */
  readonly optimizer?: Transform | undefined;
  /** Whether rates or batch sizes are tried, each with steps and state of its own. */
  readonly searches: boolean;
  /** For so many rows in `train`. */
  readonly settings: (rows: number) => Settings;
}

/** Below this share of the memory nobody counts. */
const SHARE = 0.5;
/** What the number of rows that fit leaves for more threads, last batches and averages; and for trials of rates and batches. */
const MARGIN = { run: 1.5, search: 6 };
/** Copies of the parameters that an optimizer which is not known yet is taken to keep, as Adam does. */
const USUAL_STATE = 2;

/** @throws what is too large for the arena, and how much of it would fit */
export function refuseTooLarge(asked: Asked, arena: Arena): void {
  const { train, validation, params } = asked;
  const { dtype } = asked.settings(train.rows);
  const specs = params.leaves.map((leaf) => inRun(isNdArray(leaf) ? leaf : array(leaf), dtype));
  const rows = rowBytes(train, dtype) + (validation ? rowBytes(validation, dtype) : 0);
  if (rows + 8 * bytesOfAll(specs) <= SHARE * arena.room) return;
  const own = { ...params, leaves: specs };
  const fixed = fixedBytes(asked, own, arena.room);
  refuseParameters(own, fixed, dtype, arena);
  refuseRows(asked, own, fixed, arena);
}

/** Parameters, state, and what is copied of both. */
function fixedBytes(
  { optimizer, train, settings }: Asked,
  { names, leaves }: Flat<Region>,
  room: number,
): number {
  const copies = copiesIn(settings(train.rows));
  const weights = bytesOfAll(leaves);
  // Of what is far too large only a share is looked at: an optimizer may make arrays as large.
  const share = Math.min(1, room / (copies * weights));
  const some = leaves.map(({ shape: [first, ...rest], dtype }) => ({
    shape: first === undefined ? [] : [Math.ceil(share * first), ...rest],
    dtype,
  }));
  const state = optimizer ? bytesOfAll(stateOf(optimizer, names, some)) / share : 0;
  return copies * (weights + state);
}

/** Parameters and state are copied before a call, to go back to; and again before its last step, where a run may go on. */
const copiesIn = ({ nonFinite }: Settings): number => (nonFinite === 'stop' ? 2 : 3);

function refuseParameters(
  { names, leaves }: Flat<Region>,
  fixed: number,
  dtype: FloatType,
  arena: Arena,
): void {
  if (fixed <= arena.room) return;
  const count = leaves.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  throw new OutOfMemory(
    `out of memory: ${count} parameters need ${megabytes(fixed)}, with the optimizer's state and copies of both, and ` +
      `${left(arena)}; the largest is ${inWords(largestOf(leaves.map((spec, i) => ({ ...spec, name: names[i]! }))))}; ` +
      `about ${Math.floor((arena.room / MARGIN.run / fixed) * count)} parameters would fit${inHalf(dtype)}`,
  );
}

function refuseRows(asked: Asked, params: Flat<Region>, fixed: number, arena: Arena): void {
  const { train, validation, optimizer, searches } = asked;
  const settings = asked.settings(train.rows);
  const { dtype, batchSize } = settings;
  const all = rowBytes(train, dtype);
  const held = validation ? rowBytes(validation, dtype) : 0;
  const beside = (rows: number): number => fixed + bytesOnTheWay(asked, rows, params);
  const own = beside(train.rows);
  if (all + held + own <= arena.room) return;
  const margin = searches ? MARGIN.search : MARGIN.run;
  const guess = optimizer ? 0 : copiesIn(settings) * USUAL_STATE * bytesOfAll(params.leaves);
  const need = (rows: number): number =>
    rowBytes(train, dtype, rows) + held + margin * (beside(rows) + guess);
  const most = mostRows(train.rows, need, arena.room);
  throw new OutOfMemory(
    `out of memory: train has ${train.rows} rows of ${all / train.rows} bytes, ${megabytes(all)} in all; ` +
      `validation rows, parameters, optimizer and steps of ${batchSize} rows take ${megabytes(held + own)}, and ` +
      `${left(arena)}; ${most > 0 ? `${most} rows would fit${inHalf(dtype)}` : 'use a smaller batchSize or model, or fewer validation rows'}`,
  );
}

const inHalf = (dtype: FloatType): string => (dtype === 'float64' ? ", more with dtype: 'float32'" : '');

/** The largest number of rows that needs no more than there is, or nearly: what they need is about in proportion. */
function mostRows(rows: number, need: (rows: number) => number, room: number): number {
  const half = Math.ceil(rows / 2);
  let [most, needed] = [rows, need(rows)];
  const perRow = (needed - need(half)) / (rows - half || 1);
  while (most > 0 && needed > room) {
    // Blocks of rows may need less where there are more of them.
    most = perRow > 0 ? Math.floor(most - Math.max(1, (needed - room) / perRow)) : Math.floor(most / 2);
    if (most > 0) needed = need(most);
  }
  return most;
}

/** Rings, and what is worked out on the way, with so many rows in `train`. */
function bytesOnTheWay(asked: Asked, rows: number, params: Flat<Region>): number {
  const { objective, train, validation } = asked;
  const { batchSize, part, shuffle, dtype, precision } = asked.settings(rows);
  const regions = byName(params);
  const data = setOf(train, dtype, rows);
  const index = batchSize < rows || shuffle === 'replacement';
  const steps = index ? roomFor(batchSize, Math.ceil(rows / batchSize)) : 1;
  const scratch = stepNeeds(objective, data, regions, index ? batchSize : undefined, part);
  const sets = [data, ...(validation ? [setOf(validation, dtype)] : [])];
  const scores = sets.map((set) => scoresNeed(objective, set, regions));
  return (
    (index ? 4 * batchSize * (steps + 1) : 0) +
    scores.reduce((sum, { slots }) => sum + slots, 0) +
    Math.max(precision === 'mixed' ? scratch / 2 : scratch, ...scores.map(({ scratch }) => scratch))
  );
}

/** An array as a run holds it, lying nowhere. */
const inRun = (spec: Spec, dtype: FloatType): Region => ({ address: 0, ...specIn(spec, dtype) });

/** Rows as a data set that lies nowhere, of as many rows as are asked about. */
const setOf = ({ rows: own, arrays }: Given, dtype: FloatType, rows = own): Dataset => ({
  rows,
  regions: {
    ...arrays,
    leaves: arrays.leaves.map((leaf) => ({ ...inRun(leaf, dtype), shape: [rows, ...leaf.shape.slice(1)] })),
  },
});

const rowBytes = (given: Given, dtype: FloatType, rows?: number): number =>
  bytesOfAll(setOf(given, dtype, rows).regions.leaves);

/** The state of an optimizer before its first step; what an array of it holds is only made if it asks. */
function stateOf(
  optimizer: Transform,
  names: readonly string[],
  leaves: readonly Spec[],
): readonly NdArray[] {
  const zeros = leaves.map(({ shape, dtype }) =>
    onDemand(shape, dtype, () => allocate(dtype, sizeOf(shape))),
  );
  const params = Object.fromEntries(names.map((name, i) => [name, zeros[i]!])) as Leaves<NdArray>;
  return flatten(optimizer.init(params), isNdArray).leaves;
}
