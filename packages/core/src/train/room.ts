import { Arena, bytesOfAll, largestOf, left, megabytes, OutOfMemory } from '../compile/arena.js';
import { planOf } from '../compile/memory-plan.js';
import { ringOf } from '../compile/step-loop.js';
import type { Leaves, Transform } from '../optim/transform.js';
import { type ArrayInput, array, isNdArray, type NdArray, onDemand } from '../tensor/array.js';
import { allocate, isFloat } from '../tensor/dtype.js';
import type { Spec } from '../tensor/record.js';
import { sizeOf } from '../tensor/shape.js';
import { type Flat, flatten } from '../tensor/tree.js';
import type { Dataset, Given } from './dataset.js';
import { scoresNeed } from './evaluate.js';
import type { Objective } from './objective.js';
import type { Settings } from './options.js';
import { stepFeed, tracedStep } from './step.js';
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
  const { train, validation, params, optimizer } = asked;
  const { room } = arena;
  const settings = asked.settings(train.rows);
  const { dtype, nonFinite, precision } = settings;
  const inRun = ({ shape, dtype: own }: Spec) => ({ address: 0, shape, dtype: isFloat(own) ? dtype : own });
  const specs = params.leaves.map((leaf) => inRun(isNdArray(leaf) ? leaf : array(leaf)));
  const weights = bytesOfAll(specs);
  /** Rows as a data set that lies nowhere, of as many rows as are asked about. */
  const setOf = ({ rows: own, arrays }: Given, rows = own): Dataset => ({
    rows,
    regions: {
      ...arrays,
      leaves: arrays.leaves.map(inRun).map((spec) => ({ ...spec, shape: [rows, ...spec.shape.slice(1)] })),
    },
  });
  const bytesIn = ({ regions }: Dataset): number => bytesOfAll(regions.leaves);
  const held = validation ? bytesIn(setOf(validation)) : 0;
  const all = bytesIn(setOf(train));
  if (all + held + 8 * weights <= SHARE * room) return;

  const more = dtype === 'float64' ? ", more with dtype: 'float32'" : '';
  const regions = byName({ ...params, leaves: specs });
  // Parameters and state are copied before a call, to go back to; and again before its last step, where a run may go on.
  const copies = nonFinite === 'stop' ? 2 : 3;
  // Of what is far too large only a share is looked at: an optimizer may make arrays as large.
  const share = Math.min(1, room / (copies * weights));
  const some = specs.map(({ shape: [first, ...rest], dtype }) => ({
    shape: first === undefined ? [] : [Math.ceil(share * first), ...rest],
    dtype,
  }));
  const state = optimizer ? bytesOfAll(stateOf(optimizer, params.names, some)) / share : 0;
  const fixed = copies * (weights + state);
  if (fixed > room) {
    const count = specs.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
    throw new OutOfMemory(
      `out of memory: ${count} parameters need ${megabytes(fixed)}, with the optimizer's state and copies of both, and ` +
        `${left(arena)}; the largest is ${largestOf(specs.map((spec, i) => ({ ...spec, name: params.names[i]! })))}; ` +
        `about ${Math.floor((room / MARGIN.run / fixed) * count)} parameters would fit${more}`,
    );
  }

  /** All but the rows: parameters, state, rings, and what is worked out on the way. */
  const beside = (rows: number): number => {
    const { batchSize, part, shuffle } = asked.settings(rows);
    const data = setOf(train, rows);
    const index = batchSize < rows || shuffle === 'replacement';
    const steps = index ? roomFor(batchSize, Math.ceil(rows / batchSize)) : 1;
    const scratch = stepScratch(asked.objective, data, regions, index ? batchSize : undefined, part);
    const scores = [data, ...(validation ? [setOf(validation)] : [])].map((set) =>
      scoresNeed(asked.objective, set, regions),
    );
    return (
      fixed +
      (index ? 4 * batchSize * (steps + 1) : 0) +
      scores.reduce((sum, { slots }) => sum + slots, 0) +
      Math.max(precision === 'mixed' ? scratch / 2 : scratch, ...scores.map(({ scratch }) => scratch))
    );
  };
  const own = beside(train.rows);
  if (all + held + own <= room) return;
  const margin = settings.lr === 'auto' || settings.autoBatch ? MARGIN.search : MARGIN.run;
  const guess = optimizer ? 0 : copies * USUAL_STATE * weights;
  const need = (rows: number): number => bytesIn(setOf(train, rows)) + held + margin * (beside(rows) + guess);
  const half = Math.ceil(train.rows / 2);
  const perRow = (need(train.rows) - need(half)) / (train.rows - half || 1);
  let most = train.rows;
  for (let over = need(most) - room; over > 0 && most > 0; over = most > 0 ? need(most) - room : 0)
    most = Math.floor(most - Math.max(1, over / perRow));
  throw new OutOfMemory(
    `out of memory: train has ${train.rows} rows of ${all / train.rows} bytes, ${megabytes(all)} in all; ` +
      `validation rows, parameters, optimizer and steps of ${settings.batchSize} rows take ${megabytes(held + own)}, and ` +
      `${left(arena)}; ${most > 0 ? `${most} rows would fit${more}` : 'use a smaller batchSize or model, or fewer validation rows'}`,
  );
}

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

/** Stands for all: what updates need on the way is mostly part of the loops that make them. */
const PLAIN: Transform = {
  name: 'plain',
  hyper: {},
  init: () => ({}),
  update: (grads, state) => [grads, state],
};

/** Scratch memory of a step. */
function stepScratch(
  objective: Objective,
  data: Dataset,
  params: Dataset['regions'],
  batchSize: number | undefined,
  part: number | undefined,
): number {
  const arena = new Arena();
  const memory = {
    arena,
    params,
    trained: params,
    state: byName({ names: [], leaves: [] }),
    feed: stepFeed(arena, PLAIN, 0, 1),
    report: ringOf(arena, 1, [2], 'float64'),
    part,
  };
  const rows =
    batchSize === undefined ? undefined : ({ address: 0, shape: [batchSize], dtype: 'int32' } as const);
  return planOf(tracedStep(objective, PLAIN, data, memory, rows).graph).bytes;
}
