import type { Arena, Region } from '../../compile/arena.js';
import type { Program } from '../../compile/program.js';
import { ringOf, type Stream } from '../../compile/step-loop.js';
import { permutation } from '../../data/shuffle.js';
import { placeState } from '../../minimize/place.js';
import type { Leaves, Schedulable, Schedule, Transform } from '../../optim/transform.js';
import { isNdArray, type NdArray } from '../../tensor/array.js';
import { type Flat, flatten } from '../../tensor/tree.js';
import { type Dataset, windowOf } from '../dataset.js';
import type { Objective } from '../objective.js';
import { type Memory, stepFeed, trainingStep } from '../step.js';
import { type Weights, weightsOf } from '../weights.js';
import { trainedOf } from '../workplace.js';

/** What is tried out, and where it lies. Trials leave other weights in `params`. */
export interface Trainee {
  readonly arena: Arena;
  readonly objective: Objective;
  readonly data: Dataset;
  readonly params: Flat<Region>;
  readonly batchSize: number;
  readonly shuffle: boolean;
}

/** Some steps from given weights. */
export interface Trial {
  readonly start: readonly NdArray[];
  /** Decides the order of rows. */
  readonly seed: number;
  readonly steps: number;
  readonly rate: Schedule;
  /** Looks at each step's loss and gradient norm; `false` ends the trial. */
  readonly goesOn?: (loss: number, gradNorm: number) => boolean;
}

/** Makes an optimizer of which the rate is a schedule. */
export type OptimizerOf = (options: { readonly lr: Schedulable }) => Transform;

/** Steps in one call at most, and row numbers. */
const STEPS_PER_CALL = 64;
const INDICES_PER_CALL = 2 ** 16;
/** Milliseconds that a call should take at most; how steps are dealt out to calls changes no bit. */
const CALL = 16;

/** Takes steps from this start and that, at rates as they come, by one program: nothing is compiled between trials. */
export class Trials {
  /** Steps taken in all of them. */
  steps = 0;
  readonly optimizer: Transform;
  /** Those to evaluate with. */
  readonly weights: Weights;
  readonly #trainee: Trainee;
  readonly #memory: Memory;
  readonly #program: Program;
  readonly #index: Stream | undefined;
  readonly #room: number;
  #perCall = 8;
  #rate: Schedule = () => 0;

  /** @param pause is waited for between calls, so that others have their turn */
  constructor(
    trainee: Trainee,
    make: OptimizerOf,
    readonly pause: () => Promise<void> | undefined,
  ) {
    const { arena, objective, data, params, batchSize } = trainee;
    const optimizer = make({ lr: (step) => this.#rate(step) });
    const batch = data.regions.leaves.map((region) => windowOf(region, 0, batchSize));
    const trained = trainedOf(params, objective, { ...data.regions, leaves: batch });
    const state = placeState(optimizer, trained, arena);
    const room = Math.max(1, Math.min(STEPS_PER_CALL, Math.floor(INDICES_PER_CALL / batchSize)));
    const feed = stepFeed(arena, optimizer, 0, room);
    const report = ringOf(arena, room, [2], 'float64');
    const rate = optimizer.rate && ringOf(arena, room, [], 'float64');
    this.optimizer = optimizer;
    this.#trainee = trainee;
    this.#room = room;
    this.#memory = { arena, params, trained, state, feed, report, rate };
    this.weights = weightsOf(optimizer, this.#memory);
    this.#index = batchSize === data.rows ? undefined : ringOf(arena, room, [batchSize], 'int32');
    this.#program = trainingStep(objective, optimizer, data, this.#memory, this.#index);
  }

  /** Takes the steps of a trial, and leaves the weights where they then are. */
  async run({ start, seed, steps, rate, goesOn = Number.isFinite }: Trial): Promise<void> {
    const { arena, report, feed } = this.#memory;
    this.#begin(start);
    this.#rate = rate;
    const batches = this.#batches(seed);
    for (let taken = 0; taken < steps; ) {
      const count = Math.min(this.#perCall, this.#room, steps - taken);
      if (this.#index) {
        const rows = arena.view(this.#index.ring);
        for (let i = 0; i < count; i++) {
          const batch = batches.next().value;
          rows.set(batch, i * batch.length);
        }
      }
      feed.write(taken, count);
      const begin = performance.now();
      this.#program.run(0, count);
      const spent = performance.now() - begin;
      if (2 * spent < CALL) this.#perCall = Math.min(this.#room, 2 * this.#perCall);
      if (spent > CALL) this.#perCall = Math.max(1, this.#perCall >> 1);
      taken += count;
      this.steps += count;
      const seen = arena.view(report.ring).slice(0, 2 * count);
      for (let i = 0; i < count; i++) if (!goesOn(seen[2 * i]!, seen[2 * i + 1]!)) return;
      await this.pause();
    }
  }

  /** The given weights, and the state that the optimizer has before its first step from them. */
  #begin(start: readonly NdArray[]): void {
    const { arena, params, trained, state } = this.#memory;
    params.leaves.forEach((region, i) => {
      arena.write(region, start[i]!.data);
    });
    const moving = trained.leaves.map((region) => ({ ...region, data: arena.read(region) }));
    const fresh = flatten(this.optimizer.init(trained.rebuild(moving) as Leaves<NdArray>), isNdArray);
    state.leaves.forEach((region, i) => {
      arena.write(region, fresh.leaves[i]!.data);
    });
  }

  /** Batches of one size for ever, each epoch in an order of its own; rows left over are left out. */
  *#batches(seed: number): Generator<Int32Array, never> {
    const { data, batchSize, shuffle } = this.#trainee;
    const plain = Int32Array.from({ length: shuffle ? 0 : data.rows }, (_, i) => i);
    for (let epoch = 0; ; epoch++) {
      const order = shuffle ? permutation(data.rows, { seed, epoch }) : plain;
      for (let from = 0; from + batchSize <= data.rows; from += batchSize)
        yield order.subarray(from, from + batchSize);
    }
  }
}
