import type { Arena, Region } from '../compile/arena.js';
import type { Program } from '../compile/program.js';
import { permutation } from '../data/shuffle.js';
import { type Transform, valueAt } from '../optim/transform.js';
import { sizeOf } from '../tensor/shape.js';
import type { Flat } from '../tensor/tree.js';
import type { Dataset } from './dataset.js';
import { copyRegions } from './evaluate.js';
import type { Objective } from './objective.js';
import type { Settings } from './options.js';
import { type Memory, type Ring, ringOf, trainingStep } from './step.js';

/** What one call into the program tells of its steps. */
export interface Report {
  /** The number of the first step, from 1. */
  readonly first: number;
  readonly loss: Float64Array;
  readonly gradNorm: Float64Array;
  readonly lr: Float64Array;
  /** True when a loss or gradient was not finite: the last step reported is the last good one. */
  readonly broken: boolean;
}

/** A step's program for batches of one size. */
interface Piece {
  readonly program: Program;
  readonly index: Ring | undefined;
  readonly batch: number;
}

/** Multiplications and additions that one call may take, so that a page stays responsive; and steps, likewise. */
const WORK_PER_CALL = 1e9;
const STEPS_PER_CALL = 8192;
const INDICES_PER_CALL = 2 ** 19;

/** Takes the training steps: calls of several steps each, epoch by epoch. */
export class Stepper {
  /** Steps taken so far. */
  steps = 0;
  readonly #pieces: readonly Piece[];
  readonly #memory: Memory;
  readonly #perCall: number;
  readonly #spare: readonly Region[];

  constructor(
    objective: Objective,
    readonly optimizer: Transform,
    readonly data: Dataset,
    place: { arena: Arena; params: Flat<Region>; state: Flat<Region> },
    readonly settings: Settings,
  ) {
    const { arena, params, state } = place;
    const { batchSize: batch } = settings;
    const size = params.leaves.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
    const affordable = Math.min(WORK_PER_CALL / (6 * batch * size), INDICES_PER_CALL / batch, STEPS_PER_CALL);
    this.#perCall = Math.max(1, Math.min(Math.floor(affordable), Math.floor(data.rows / batch)));
    const scalars = ringOf(arena, this.#perCall, [Object.keys(optimizer.hyper).length + 2], 'float64');
    const report = ringOf(arena, this.#perCall, [2], 'float64');
    const memory = { ...place, scalars, report };
    const piece = (rows: number): Piece => {
      const index = rows === data.rows ? undefined : ringOf(arena, this.#perCall, [rows], 'int32');
      return { program: trainingStep(objective, optimizer, data, memory, index), index, batch: rows };
    };
    const rest = data.rows % batch;
    this.#memory = memory;
    this.#pieces = rest === 0 ? [piece(batch)] : [piece(batch), piece(rest)];
    this.#spare = [...params.leaves, ...state.leaves].map(({ shape, dtype }) => arena.allocate(shape, dtype));
  }

  /** The calls of one epoch (from 0), each made when the next is asked for. */
  *epoch(epoch: number): Generator<Report> {
    const { rows } = this.data;
    const { batchSize, shuffle, seed } = this.settings;
    const order = batchSize === rows || !shuffle ? undefined : permutation(rows, { seed, epoch });
    let from = 0;
    for (const piece of this.#pieces) {
      while (rows - from >= piece.batch) {
        const steps = Math.min(this.#perCall, Math.floor((rows - from) / piece.batch));
        yield this.#call(piece, steps, from, order);
        from += steps * piece.batch;
      }
    }
  }

  #call(
    { program, index, batch }: Piece,
    steps: number,
    from: number,
    order: Int32Array | undefined,
  ): Report {
    const { arena } = this.#memory;
    if (index) {
      const rows = arena.view(index.ring);
      for (let i = 0; i < steps * batch; i++) rows[i] = order ? order[from + i]! : from + i;
    }
    const lr = this.#feed(steps);
    this.#save();
    program.run(0, steps);
    const report = this.#read(steps);
    const good = firstBroken(report);
    if (good < steps) {
      // The same steps again, to just before the one that failed: the same bits.
      this.#restore();
      program.run(0, good);
    }
    const first = this.steps + 1;
    this.steps += good;
    return { first, lr: lr.subarray(0, good), broken: good < steps, ...cut(report, good) };
  }

  /** Hyperparameters, numbers and the seed of the coming steps. */
  #feed(steps: number): Float64Array {
    const { arena, scalars } = this.#memory;
    const values = arena.view(scalars.ring);
    const hyper = Object.entries(this.optimizer.hyper);
    const width = hyper.length + 2;
    const lr = new Float64Array(steps).fill(Number.NaN);
    for (let step = 0; step < steps; step++) {
      hyper.forEach(([name, value], i) => {
        const now = valueAt(value, this.steps + step);
        values[step * width + i] = now;
        if (name === 'lr') lr[step] = now;
      });
      values[step * width + hyper.length] = this.steps + step + 1;
      values[step * width + hyper.length + 1] = this.settings.seed;
    }
    return lr;
  }

  #read(steps: number): { loss: Float64Array; gradNorm: Float64Array } {
    const values = this.#memory.arena.view(this.#memory.report.ring);
    const column = (at: number): Float64Array =>
      Float64Array.from({ length: steps }, (_, i) => values[2 * i + at]!);
    return { loss: column(0), gradNorm: column(1) };
  }

  #save(): void {
    const { arena, params, state } = this.#memory;
    copyRegions(arena, [...params.leaves, ...state.leaves], this.#spare);
  }

  #restore(): void {
    const { arena, params, state } = this.#memory;
    copyRegions(arena, this.#spare, [...params.leaves, ...state.leaves]);
  }
}

function firstBroken({ loss, gradNorm }: { loss: Float64Array; gradNorm: Float64Array }): number {
  const at = loss.findIndex((value, i) => !Number.isFinite(value) || !Number.isFinite(gradNorm[i]!));
  return at < 0 ? loss.length : at;
}

const cut = ({ loss, gradNorm }: { loss: Float64Array; gradNorm: Float64Array }, count: number) => ({
  loss: loss.subarray(0, count),
  gradNorm: gradNorm.subarray(0, count),
});
