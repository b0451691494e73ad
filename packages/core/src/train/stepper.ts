import type { Region } from '../compile/arena.js';
import type { Permuter } from '../compile/permuter.js';
import type { Program } from '../compile/program.js';
import { ringOf, type Stream } from '../compile/step-loop.js';
import { initialState } from '../minimize/place.js';
import type { Schedulable, Transform } from '../optim/transform.js';
import type { NdArray } from '../tensor/array.js';
import type { Graph } from '../tensor/graph.js';
import type { Flat } from '../tensor/tree.js';
import { ordererOf, orderOf, rateIn, rowsIn } from './batches.js';
import { clips } from './clipping.js';
import { type Columns, cut, firstBroken } from './columns.js';
import type { Dataset } from './dataset.js';
import { copyRegions } from './evaluate.js';
import { healthOf } from './health.js';
import { type LastStep, lastStepOf } from './last-step.js';
import type { Named, Objective } from './objective.js';
import { isMeasured, type Settings } from './options.js';
import { Pace } from './pace.js';
import { type Progress, record, undo } from './progress.js';
import { type Memory, stepFeed, tracedStep, trainingStep } from './step.js';
import { byName } from './workplace.js';

/** What one call into the program tells of its steps. */
export interface Report {
  /** The number of the first step, from 1. */
  readonly first: number;
  readonly loss: Float64Array;
  readonly gradNorm: Float64Array;
  readonly lr: Float64Array;
  /** 1 for each step whose gradient was cut. */
  readonly cut: Float64Array;
  /** True when a loss, gradient or parameter was not finite: the last step reported is the last good one. */
  readonly broken: boolean;
  /** True when the last step of the call before was taken back, too. */
  readonly undoes: boolean;
}

/** A step's program for batches of one size. */
interface Piece {
  readonly program: Program;
  readonly index: Stream | undefined;
  readonly batch: number;
  /** How many steps a call has room for. */
  readonly room: number;
}

/** Room for the values of so many steps, and for so many row numbers, in one call. */
const STEPS_PER_CALL = 8192;
const INDICES_PER_CALL = 2 ** 19;
export const roomFor = (rows: number, steps: number): number =>
  Math.max(1, Math.min(Math.floor(INDICES_PER_CALL / rows), STEPS_PER_CALL, steps));

/** Takes the training steps: calls of several steps each, on from wherever a run is. */
export class Stepper {
  /** By the number of rows in a batch: the full size, what is left of an epoch, and sizes it grows to. */
  readonly #pieces = new Map<number, Piece>();
  readonly #make: (rows: number) => Piece;
  readonly #memory: Memory;
  /** How many steps a call may take. */
  readonly #pace: Pace;
  readonly #health: () => boolean;
  /** The step as a graph: what it computes. */
  readonly graph: () => Graph;
  /** Parameters and state, and what they were before the call under way. */
  readonly #all: readonly Region[];
  #spare: readonly Region[];
  #orderer: Permuter | undefined;
  #order: { readonly epoch: number; readonly rows: Int32Array | undefined } | undefined;
  #adjusted: { readonly told: Progress['hyper']; readonly scale: number } = { told: {}, scale: 1 };
  /** What they were before the last step, where a run may go back to it, and whether there was one. */
  #before: readonly Region[];
  readonly #keeps: boolean;
  #ran = false;
  #told = { step: 0, metric: Number.NaN };

  constructor(
    objective: Objective,
    readonly optimizer: Transform,
    readonly data: Dataset,
    place: Pick<Memory, 'arena' | 'params' | 'trained' | 'state'>,
    readonly settings: Settings,
  ) {
    const { arena, params, state } = place;
    const { seed, stages } = settings;
    const least = Math.min(...stages.map(({ rows }) => rows));
    const room = roomFor(least, Math.floor(data.rows / least));
    this.#pace = new Pace(room);
    const metric = (taken: number) => (taken === this.#told.step ? this.#told.metric : Number.NaN);
    const feed = stepFeed(arena, optimizer, seed, room, metric);
    const clip = clips(settings.clip) ? settings.clip : undefined;
    const { part } = settings;
    const report = ringOf(arena, room, [clip ? 3 : 2], 'float64');
    const rate = optimizer.rate && ringOf(arena, room, [], 'float64');
    const memory = { ...place, feed, report, rate, clip, part };
    this.#memory = memory;
    this.#make = (rows) => {
      const steps = roomFor(rows, room);
      const all = rows === data.rows && settings.shuffle !== 'replacement';
      const index = all ? undefined : ringOf(arena, steps, [rows], 'int32');
      return {
        program: trainingStep(objective, optimizer, data, memory, index),
        index,
        batch: rows,
        room: steps,
      };
    };
    // What does not fit into memory shows before the first step.
    const first = this.#piece(rowsIn(settings, 0));
    this.graph = () => tracedStep(objective, optimizer, data, memory, first.index?.slot).graph;
    this.#health = healthOf(params.leaves, arena);
    this.#all = [...params.leaves, ...state.leaves];
    const copy = () => this.#all.map(({ shape, dtype }) => arena.allocate(shape, dtype));
    this.#spare = copy();
    this.#keeps = settings.nonFinite !== 'stop';
    this.#before = this.#keeps ? copy() : [];
  }

  /**
   * Takes steps from where the run is, in one call, and notes them there. The last step of an epoch that will be looked at
   * has a call of its own, so that {@link lastStep} is of that step.
   *
   * @param at before the end of an epoch
   * @param most steps; they end with the epoch at the latest
   */
  take(at: Progress, most = Number.POSITIVE_INFINITY): Report {
    const left = this.data.rows - at.row;
    const piece = this.#piece(Math.min(left, rowsIn(this.settings, at.epoch)));
    const fit = Math.min(piece.room, Math.floor(left / piece.batch));
    const ends = fit * piece.batch === left && isMeasured(at.epoch + 1, this.settings);
    const steps = Math.min(this.#pace.turns, ends ? Math.max(1, fit - 1) : fit, most);
    this.#adjust(at);
    const report = this.#call(piece, steps, at);
    if (report.undoes) undo(at);
    record(at, report, piece.batch, this.#keeps);
    return report;
  }

  /** The program for batches of so many rows. */
  #piece(rows: number): Piece {
    const piece = this.#pieces.get(rows) ?? this.#make(rows);
    this.#pieces.set(rows, piece);
    return piece;
  }

  /** Brings the hyperparameters in line with what the run was told and has learned. */
  #adjust({ hyper: told, rateScale, epoch }: Progress): void {
    const scale = rateScale * rateIn(this.settings, epoch);
    if (told === this.#adjusted.told && scale === this.#adjusted.scale) return;
    this.#adjusted = { told, scale };
    const { hyper } = this.optimizer;
    for (const name of Object.keys(hyper)) {
      const value = told[name] ?? hyper[name]!;
      this.#memory.feed.set(name, isRate(name) ? scaled(value, scale) : value);
    }
  }

  /** Parameters and state before the last step, where the run may go back to that. */
  get before(): Flat<Region> {
    const { params, state } = this.#memory;
    const names = [
      ...params.names.map((name) => `params.${name}`),
      ...state.names.map((name) => `state.${name}`),
    ];
    return byName(this.#keeps && this.#ran ? { names, leaves: this.#before } : { names: [], leaves: [] });
  }

  /** Whether the run may go back to what will be written to {@link before}. */
  goesBackTo(values: Named<unknown>): boolean {
    this.#ran = Object.keys(values).length > 0;
    return this.#ran;
  }

  /** Begins again from other weights, with the optimizer as it was made. */
  restart(weights: Named<NdArray>): void {
    const { arena, params, trained, state } = this.#memory;
    params.leaves.forEach((region, i) => {
      arena.write(region, weights[params.names[i]!]!.data);
    });
    initialState(this.optimizer, trained, arena).leaves.forEach(({ data }, i) => {
      arena.write(state.leaves[i]!, data);
    });
    this.#ran = false;
  }

  /** A copy of all parameters as they are. */
  weights(): Named<NdArray> {
    const { arena, params } = this.#memory;
    const copy = ({ shape, dtype }: Region, i: number) => ({
      shape,
      dtype,
      data: arena.read(params.leaves[i]!),
    });
    return Object.fromEntries(params.leaves.map((region, i) => [params.names[i]!, copy(region, i)]));
  }

  /** How far the last call, of one step, moved what the optimizer moves. */
  lastStep(): LastStep {
    const { arena, params, trained } = this.#memory;
    const all = this.#keeps ? this.#before : this.#spare;
    const before = trained.names.map((name) => all[params.names.indexOf(name)]!);
    return lastStepOf(trained, before, arena);
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
    copyRegions(arena, this.#all, this.#spare);
    this.#pace.time(() => this.#run(program, steps));
    const report = this.#read(steps);
    const good = this.#goodOf(report, program, steps);
    const lr = this.#rates().subarray(0, Math.max(0, good));
    const broken = good < steps;
    if (broken) this.#return(program, good);
    // Before the only step is before the call.
    else if (this.#keeps && steps === 1) [this.#before, this.#spare] = [this.#spare, this.#before];
    const undoes = good < 0 && this.#ran;
    this.#ran ||= !broken;
    return {
      first: at.steps + 1,
      lr,
      broken,
      undoes,
      ...cut(report, Math.max(0, good)),
    };
  }

  /** The order of an epoch's rows, unless it is theirs. */
  #orderOf(epoch: number): Int32Array | undefined {
    if (this.#order?.epoch !== epoch) {
      const { settings, data } = this;
      this.#orderer ??= ordererOf(data.rows);
      this.#order = { epoch, rows: orderOf(settings, data.rows, settings.seed, epoch, this.#orderer) };
    }
    return this.#order.rows;
  }

  /** Takes the steps of a call. What the state was before the last of them is kept, where a run may go back to it. */
  #run(program: Program, steps: number): void {
    const apart = this.#keeps && steps > 1;
    if (apart) {
      program.run(0, steps - 1);
      if (firstBroken(this.#read(steps - 1)) < steps - 1) return;
      copyRegions(this.#memory.arena, this.#all, this.#before);
    }
    program.run(apart ? steps - 1 : 0, steps);
  }

  /**
   * How many steps of a call stand: those before the first that is not finite. Where a run may go on from there, the step
   * before that one does not stand either, as it led there: −1 is the last step of the call before.
   */
  #goodOf(report: Columns, program: Program, steps: number): number {
    const finite = firstBroken(report);
    if (finite < steps) this.#repeat(program, finite);
    if (this.#health()) return finite < steps && this.#keeps ? finite - 1 : finite;
    this.#restore();
    let good = 0;
    while (this.#survives(program, good)) good++;
    return good;
  }

  /** Back to where so many steps of this call are done: the same steps again, the same bits. */
  #return(program: Program, good: number): void {
    if (good >= 0) this.#repeat(program, good);
    else if (this.#ran) copyRegions(this.#memory.arena, this.#before, this.#all);
    else this.#restore();
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

  #restore(): void {
    copyRegions(this.#memory.arena, this.#spare, this.#all);
  }

  #rates(): Float64Array {
    const { arena, feed, rate } = this.#memory;
    return rate ? (arena.read(rate.ring) as Float64Array) : feed.column('lr');
  }

  #read(steps: number): Columns {
    const { arena, report } = this.#memory;
    const values = arena.view(report.ring);
    const width = report.slot.shape[0]!;
    const column = (at: number): Float64Array => {
      const found = new Float64Array(steps);
      for (let i = 0; i < steps; i++) found[i] = values[width * i + at]!;
      return found;
    };
    return { loss: column(0), gradNorm: column(1), cut: width > 2 ? column(2) : new Float64Array(steps) };
  }
}

/** As `sgd({ lr })` calls it, and chains and groups of several such. */
const isRate = (name: string): boolean => /^lr(_\d+)?$/.test(name);

function scaled(value: Schedulable, factor: number): Schedulable {
  if (factor === 1) return value;
  return typeof value === 'number' ? value * factor : (taken) => factor * value(taken);
}
