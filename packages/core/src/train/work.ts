import { Arena, type Region } from '../compile/arena.js';
import { placeState } from '../minimize/place.js';
import type { Loss } from '../nn/losses/loss.js';
import type { Model } from '../nn/model.js';
import type { Transform } from '../optim/transform.js';
import { lossScaling } from '../optim/transforms/loss-scaling.js';
import { isArrayInput } from '../tensor/array.js';
import { type Flat, flatten } from '../tensor/tree.js';
import { averaged } from './averaging.js';
import { noted } from './backend.js';
import { batchSettings } from './batches.js';
import { clipped } from './clipping.js';
import { stopwatch } from './clock.js';
import { type Dataset, placeRows, rowsOf, windowOf } from './dataset.js';
import { lookAt } from './epoch.js';
import { type Scores, scoresOver, type Turns } from './evaluate.js';
import { metricNames } from './metrics.js';
import { checkCall, type FitOptions, hostFor, type Settings, settingsOf } from './options.js';
import { optimizerOf, problemOf } from './problem.js';
import { atStart, type Progress } from './progress.js';
import type { FoundSettings } from './rate/settle.js';
import { refuseTooLarge } from './room.js';
import { Stepper } from './stepper.js';
import { type Weights, weightsOf } from './weights.js';
import { byName, matching, objectiveOf, placeLeaves, startsOf, trainedOf } from './workplace.js';

// A run of `fit` before its first step.

export type Placed = ReturnType<typeof placeProblem>;
/** What a run works with, and how far it is. */
export interface Work {
  readonly params: Flat<Region>;
  readonly state: Flat<Region>;
  readonly optimizer: Transform;
  readonly stepper: Stepper;
  readonly weights: Weights;
  /** How good the weights are, on validation and on training rows. */
  readonly evaluate: {
    readonly validation: (() => Turns<Scores>) | undefined;
    readonly train: (() => Turns<Scores>) | undefined;
  };
  readonly at: Progress;
}

/** Everything laid into memory while the caller waits, who may then do with the arrays as they please. */
export function placeProblem<P, X, Y>(model: Model<P, X>, options: FitOptions<X, Y, P>) {
  checkCall('fit', model, options);
  const clock = stopwatch();
  const { numerics = 'fast', resume } = options;
  const { host, backend } = noted(hostFor(options), numerics, resume?.backend);
  const arena = new Arena(host, options.threads ?? 'auto');
  const settingsFor = (rows: number) => settingsOf(options, rows);
  const { settings, train, validation, tree, objective } = laidDown(model, options, settingsFor, arena);
  const { optimizer, average, signal, checkpoint } = options;
  const given = { optimizer, average, signal, checkpoint, resume };
  const more = {
    starts: startsOf(model, tree, settings, options.params !== undefined, arena),
    batchesOf: (batchSize: number) => batchSettings({ ...options, batchSize }, train.rows, settings.epochs),
    targetIsNumber: (options.loss as Partial<Loss>).targetType !== 'class',
    found: undefined as FoundSettings | undefined,
    /** Whether sizes of the data were told to speak against training on it. */
    doubtful: false,
  };
  return { clock, arena, backend, settings, train, validation, tree, objective, ...given, ...more };
}

/**
 * Rows and parameters in memory, and what is to be minimised; refused before anything is copied if it does not fit.
 *
 * @param searches whether it is all for a search
 */
export function laidDown<P, X, Y>(
  model: Model<P, X>,
  options: Pick<FitOptions<X, Y, P>, 'train' | 'validation' | 'params' | 'loss'> & {
    readonly optimizer: unknown;
  },
  settingsFor: (rows: number) => Settings,
  arena: Arena,
  searches = false,
) {
  const given = rowsOf(options.train, 'train');
  const settings = settingsFor(given.rows);
  const others = options.validation && rowsOf(options.validation, 'validation');
  const initial = flatten(model.init(settings), isArrayInput);
  const params = options.params ? matching(options.params, initial) : initial;
  const objective = objectiveOf(model, options.loss, params, settings.l2);
  const optimizer = typeof options.optimizer === 'function' ? undefined : (options.optimizer as Transform);
  const asked = { train: given, validation: others, params, objective, optimizer, settings: settingsFor };
  refuseTooLarge({ ...asked, searches: searches || settings.lr === 'auto' || settings.autoBatch }, arena);
  const { dtype } = settings;
  return {
    settings,
    objective,
    train: placeRows(given, 'train', arena, dtype),
    validation: others && placeRows(others, 'validation', arena, dtype),
    tree: placeLeaves(params, arena, dtype),
  };
}

/** Optimizer and programs for a problem, and the run at its start. */
export async function workOn(placed: Placed): Promise<Work> {
  const { clock, arena, settings, train, validation, tree, objective, optimizer: asked } = placed;
  const params = byName(tree);
  const made = optimizerOf(asked, () => problemOf(objective, train, params, arena, settings.lr));
  const whole = averaged(clipped(made, settings.clip), placed.average, settings, train.rows, settings.epochs);
  const optimizer = settings.precision === 'mixed' && !whole.lossScale ? lossScaling(whole) : whole;
  const batch = train.regions.leaves.map((region) => windowOf(region, 0, settings.batchSize));
  const trained = trainedOf(params, objective, { ...train.regions, leaves: batch });
  const state = placeState(optimizer, trained, arena);
  const memory = { arena, params, trained, state };
  await clock.rest();
  const stepper = new Stepper(objective, optimizer, train, memory, settings);
  await clock.rest();
  const weights = weightsOf(optimizer, memory);
  const { metrics, trainMetrics } = settings;
  const scores = (data: Dataset) => scoresOver(objective, data, weights.regions, arena, metrics);
  const own = trainMetrics || (!validation && metricNames(metrics).length > 0);
  const evaluate = { validation: validation && scores(validation), train: own ? scores(train) : undefined };
  weights.refresh();
  const work = { params, state, optimizer, stepper, weights, evaluate, at: atStart(weights.read()) };
  if (settings.nonFinite !== 'stop') {
    const start = stepper.weights();
    work.at.anchor = { loss: Number.POSITIVE_INFINITY, good: start, start };
  }
  await lookAt(placed, work, Number.NaN);
  return work;
}
