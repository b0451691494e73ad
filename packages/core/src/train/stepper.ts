import type { Arena, Region } from '../compile/arena.js';
import { assemble, type Program } from '../compile/program.js';
import { ringOf, type Stream } from '../compile/step-loop.js';
import { permutation } from '../data/shuffle.js';
import type { Transform } from '../optim/transform.js';
import type { Graph } from '../tensor/graph.js';
import type { Tensor } from '../tensor/tensor.js';
import { trace } from '../tensor/trace.js';
import type { Flat } from '../tensor/tree.js';
import type { Dataset } from './dataset.js';
import { copyRegions } from './evaluate.js';
import type { Named, Objective } from './objective.js';
import { isDue, type Settings } from './options.js';
import { Pace } from './pace.js';
import { type Progress, record } from './progress.js';
import { type Memory, stepFeed, tracedStep, trainingStep } from './step.js';
import { updateRatioOf } from './update-ratio.js';

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
  readonly index: Stream | undefined;
  readonly batch: number;
}

/** Room for the values of so many steps, and for so many row numbers, in one call. */
const STEPS_PER_CALL = 8192;
const INDICES_PER_CALL = 2 ** 19;

/** Takes the training steps: calls of several steps each, on from wherever a run is. */
export class Stepper {
  /** For batches of the full size, and for what is left of an epoch. */
  readonly #pieces: readonly Piece[];
  readonly #memory: Memory;
  /** How many steps a call may take. */
  readonly #pace: Pace;
  readonly #health: () => boolean;
  /** The step as a graph: what it computes. */
  readonly graph: () => Graph;
  readonly #spare: readonly Region[];
  #order: { readonly epoch: number; readonly rows: Int32Array } | undefined;
  #ratio: (() => Record<string, number>) | undefined;
  #told = { step: 0, metric: Number.NaN };

  constructor(
    objective: Objective,
    readonly optimizer: Transform,
    readonly data: Dataset,
    place: Pick<Memory, 'arena' | 'params' | 'trained' | 'state'>,
    readonly settings: Settings,
  ) {
    const { arena, params, state } = place;
    const { batchSize: batch, seed } = settings;
    const most = Math.min(INDICES_PER_CALL / batch, STEPS_PER_CALL, data.rows / batch);
    const room = Math.max(1, Math.floor(most));
    this.#pace = new Pace(room);
    const metric = (taken: number) => (taken === this.#told.step ? this.#told.metric : Number.NaN);
    const feed = stepFeed(arena, optimizer, seed, room, metric);
    const report = ringOf(arena, room, [2], 'float64');
    const rate = optimizer.rate && ringOf(arena, room, [], 'float64');
    const memory = { ...place, feed, report, rate };
    const piece = (rows: number): Piece => {
      const index = rows === data.rows ? undefined : ringOf(arena, room, [rows], 'int32');
      return { program: trainingStep(objective, optimizer, data, memory, index), index, batch: rows };
    };
    const rest = data.rows % batch;
    this.#memory = memory;
    this.graph = () => tracedStep(objective, optimizer, data, memory, this.#pieces[0]!.index?.slot).graph;
    this.#pieces = rest === 0 ? [piece(batch)] : [piece(batch), piece(rest)];
    this.#health = healthOf(params, arena);
    this.#spare = [...params.leaves, ...state.leaves].map(({ shape, dtype }) => arena.allocate(shape, dtype));
  }

  /**
   * Takes steps from where the run is, in one call, and notes them there. The last step of an epoch that will be looked at
   * has a call of its own, so that {@link updateRatio} is of that step.
   *
   * @param at before the end of an epoch
   * @param most steps; they end with the epoch at the latest
   */
  take(at: Progress, most = Number.POSITIVE_INFINITY): Report {
    const left = this.data.rows - at.row;
    const piece = this.#pieces.find(({ batch }) => batch <= left)!;
    const fit = Math.floor(left / piece.batch);
    const ends = fit * piece.batch === left && isDue(at.epoch + 1, this.settings);
    const steps = Math.min(this.#pace.turns, ends ? Math.max(1, fit - 1) : fit, most);
    const report = this.#call(piece, steps, at);
    record(at, report, report.loss.length * piece.batch);
    return report;
  }

  /** Gives hyperparameters other values from the next call on. */
  set(settings: Readonly<Record<string, number>>): void {
    for (const [name, value] of Object.entries(settings)) this.#memory.feed.set(name, value);
  }

  /** How far the last call moved each parameter that the optimizer moves, in parts of its length. */
  updateRatio(): Record<string, number> {
    const { arena, params, trained } = this.#memory;
    const leaves = trained.names.map((name) => this.#spare[params.names.indexOf(name)]!);
    this.#ratio ??= updateRatioOf(trained, { ...trained, leaves }, arena);
    return this.#ratio();
  }

  #call({ program, index, batch }: Piece, steps: number, at: Progress): Report {
    const { arena, feed } = this.#memory;
    if (index) {
      const rows = arena.view(index.ring);
      const order = this.#orderOf(at.epoch);
      if (order) rows.set(order.subarray(at.row, at.row + steps * batch));
      else for (let i = 0; i < steps * batch; i++) rows[i] = at.row + i;
    }
    this.#told = { step: at.steps, metric: at.metric };
    feed.write(at.steps, steps);
    this.#save();
    this.#pace.time(() => program.run(0, steps));
    const report = this.#read(steps);
    let good = firstBroken(report);
    // The same steps again, to just before the one that failed: the same bits.
    if (good < steps) this.#repeat(program, good);
    if (!this.#health()) {
      this.#restore();
      for (good = 0; this.#survives(program, good); good++);
      this.#repeat(program, good);
    }
    const lr = this.#rates().subarray(0, good);
    return { first: at.steps + 1, lr, broken: good < steps, ...cut(report, good) };
  }

  /** The order of an epoch's rows, unless it is theirs. */
  #orderOf(epoch: number): Int32Array | undefined {
    const { shuffle, seed } = this.settings;
    if (!shuffle) return undefined;
    if (this.#order?.epoch !== epoch)
      this.#order = { epoch, rows: permutation(this.data.rows, { seed, epoch }) };
    return this.#order.rows;
  }

  /** Takes one more step of this call, and tells whether the parameters are finite after it. */
  #survives(program: Program, step: number): boolean {
    program.run(step, step + 1);
    return this.#health();
  }

  #repeat(program: Program, steps: number): void {
    this.#restore();
    program.run(0, steps);
  }

  #rates(): Float64Array {
    const { arena, feed, rate } = this.#memory;
    return rate ? (arena.read(rate.ring) as Float64Array) : feed.column('lr');
  }

  #read(steps: number): { loss: Float64Array; gradNorm: Float64Array } {
    const values = this.#memory.arena.view(this.#memory.report.ring);
    const [loss, gradNorm] = [new Float64Array(steps), new Float64Array(steps)];
    for (let i = 0; i < steps; i++) {
      loss[i] = values[2 * i]!;
      gradNorm[i] = values[2 * i + 1]!;
    }
    return { loss, gradNorm };
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

/** Tells whether all parameters are finite: 0·x summed up is 0 then, and NaN otherwise. */
function healthOf(params: Flat<Region>, arena: Arena): () => boolean {
  const zero = arena.allocate([], 'float64');
  const sum = (params: Named<Tensor>): Tensor =>
    Object.values(params)
      .map((leaf) => leaf.mul(0).sum().cast('float64'))
      .reduce((a, b) => a.add(b));
  const { graph } = trace(sum as (...args: never[]) => unknown, [params]);
  const program = assemble(graph, arena, { inputs: params.leaves, outputs: [zero] });
  return () => {
    program.run();
    return arena.view(zero)[0] === 0;
  };
}

function firstBroken({ loss, gradNorm }: { loss: Float64Array; gradNorm: Float64Array }): number {
  const at = loss.findIndex((value, i) => !Number.isFinite(value) || !Number.isFinite(gradNorm[i]!));
  return at < 0 ? loss.length : at;
}

const cut = ({ loss, gradNorm }: { loss: Float64Array; gradNorm: Float64Array }, count: number) => ({
  loss: loss.subarray(0, count),
  gradNorm: gradNorm.subarray(0, count),
});
