import type { Threads } from '../../compile/arena.js';
import type { Host } from '../../compile/host.js';
import { checkNames } from '../../data/names.js';
import type { DateUnit } from '../../data/numeric-code.js';
import type { Table } from '../../data/table.js';
import type { Task } from '../../data/task.js';
import { optimizerNamed, scheduleNamed } from '../../optim/registry.js';
import { type Check, check, count, number, oneOf, whole } from '../../tensor/checks.js';
import type { FloatType } from '../../tensor/dtype.js';
import { misuse } from '../../tensor/errors.js';
import { type CheckpointOptions, checkCheckpoint } from '../checkpoints.js';
import type { TableSnapshot } from './checkpoint.js';
import { checkLoop, LOOP_CHECKS, type LoopOptions } from './loop.js';
import type { TableModel } from './model.js';

/** The models that a table can be trained with. */
export const MODELS = ['linear', 'mlp'] as const;
export type ModelName = (typeof MODELS)[number];

/** How to train on a table. Only `target` must be given. */
export interface TrainTableOptions extends LoopOptions {
  /** The column to predict. */
  readonly target: string;
  /** The columns to predict from (default: all that nothing speaks against, see `inspect`). */
  readonly features?: readonly string[];
  /** Columns not to use. */
  readonly exclude?: readonly string[];
  /** What to predict, where the target's values would say otherwise. */
  readonly task?: Task;

  /** Rows that choose the weights to keep, and between models: a share (default 0.15; 0 for none), or a table. */
  readonly validation?: number | Table;
  /** Rows for the final score only: a share (default 0.15; 0 for none), or a table. */
  readonly test?: number | Table;
  /** A column that says train, validation or test in each row, in place of shares. */
  readonly split?: string;
  /** A column whose groups are kept together when rows are shared out: the visits of one patient. */
  readonly group?: string;
  /** A column of times: the earliest rows train, the latest test. */
  readonly time?: string;

  /**
   * A column that says how much each row counts, in training and in the choice of weights and models: numbers from 0 on, of
   * which only the proportions matter. Scores count each row once.
   */
  readonly weight?: string;
  /**
   * How much the rows of each class count: `'balanced'` for all classes the same in all, or a weight by class, 1 for those
   * that are not named. Probabilities are then those of a world with such shares.
   */
  readonly classWeights?: 'balanced' | Readonly<Record<string, number>>;

  /**
   * What to do about missing values of features: `impute` fills them and marks them in a column (default), `drop`
   * leaves out rows that lack one. Rows without a target are always left out.
   */
  readonly missing?: 'impute' | 'drop';
  /** What a date counts as: days since the first in training (default), or its calendar year. */
  readonly dates?: DateUnit;

  /**
   * `auto` (default) trains both models and keeps the linear one, unless the validation loss of the mlp is lower by more
   * than a third of the standard error of the difference.
   */
  readonly model?: ModelName | 'auto';
  /** Units of the mlp's hidden layers (default `[64, 64]`). */
  readonly hidden?: readonly number[];
  /**
   * A trained model to go on from, as `loadModel` or a result's `trained` is: its features, encoders, classes and network
   * are kept, and training begins with its weights.
   */
  readonly from?: TableModel;
  /** Layers whose weights stay as they are, by name: `hidden0`, `hidden1`, …, `output`. */
  readonly freeze?: readonly string[];
  /** After so many epochs the frozen layers move too (default: never). */
  readonly unfreezeAfter?: number;
  /** An optimizer by its name (default `nesterov` for a linear model in full batches, else `adam`). */
  readonly optimizer?: string;
  /**
   * The learning rate, or `'auto'`: looked for before the first step, as `findLr` does (the default, but 1/L for `nesterov` and
   * `sgd` on a linear model in full batches, and a fixed factor for optimizers that find their steps by themselves).
   */
  readonly lr?: number | 'auto';
  /** A schedule of the learning rate by its name, such as `cosine`, from `lr` over the whole run. */
  readonly schedule?: string;
  /**
   * Rows a step. `1` is stochastic gradient descent. `'full'` is batch gradient descent: for a linear model until the
   * gradient is 1e-5 (float64: 1e-8) of what it was at the start. `'auto'` measures how much the gradients of rows differ
   * after a short training, and takes as many as pay; the rate goes with them. Default: a power of two between 16 and 1024,
   * by the number of rows; but `'full'` for a linear model (with `'auto'`, too), if that is affordable and neither
   * optimizer, rate, schedule nor epochs are given.
   */
  readonly batch?: number | 'full' | 'auto';
  /**
   * How often to go through the training rows at most (default 100,000 for a linear model in full batches, fewer where
   * these were not asked for and rows are many; else 10 to 200 by the number of rows).
   */
  readonly epochs?: number;
  /**
   * Factor of the penalty (l2/2)·Σw² on weights, biases excepted. Default: 0 for a linear model of a quantity, 1/(training
   * rows) for one of classes, 0.001 for an mlp.
   */
  readonly l2?: number;
  /** Classes only: targets are (1 − ε)·truth + ε/classes (default 0); see `labelSmoothing`. */
  readonly labelSmoothing?: number;
  /**
   * Stop when the validation loss has not improved for so many epochs; 0: never (default 200 for a linear model in full
   * batches, else 20).
   */
  readonly patience?: number;

  /** Decides the split, initial weights and order (default 0). The same seed gives the same result. */
  readonly seed?: number;
  /** Element type of weights and arithmetic (default float32). */
  readonly dtype?: FloatType;
  /** `portable`: the same bits on every machine. `fast` (default): training may use what `host` offers. */
  readonly numerics?: 'fast' | 'portable';
  /** `mixed`: what training keeps is kept as float16, in half of the memory, slower; `full` (default): all of `dtype`. */
  readonly precision?: 'full' | 'mixed';
  /** How many threads share the work; `'auto'` (default) is as many as the machine has, where that pays. */
  readonly threads?: Threads;
  /** What the machine offers beyond WebAssembly. The package `downslope` finds it by itself. */
  readonly host?: Host;
  /** Aborting it ends the run with the best weights so far. */
  readonly signal?: AbortSignal;
  /** Where checkpoints go, and how often one is taken (default: none are). */
  readonly checkpoint?: CheckpointOptions<TableSnapshot>;
  /**
   * A checkpoint to go on from; the run ends with the same bits as the one that was not interrupted. Table and options must
   * be as they were, but for `epochs`, `patience`, `threads` and `checkpoint`.
   */
  readonly resume?: TableSnapshot;
}

/** What holds where nothing else is said; how each model is trained by default is in `recipe.ts`. */
const DEFAULTS = {
  validation: 0.15,
  test: 0.15,
  missing: 'impute',
  dates: 'days',
  model: 'auto',
  hidden: [64, 64],
  seed: 0,
  dtype: 'float32',
} as const satisfies Partial<TrainTableOptions>;

/** Options with their defaults, checked. */
export type TableSettings = TrainTableOptions & Required<Pick<TrainTableOptions, keyof typeof DEFAULTS>>;

/** @throws when an option makes no sense by itself: `lr must be …, got …` */
export function tableSettings(options: TrainTableOptions): TableSettings {
  const given = Object.entries({ ...options, target: options.target ?? null }).filter(
    ([, value]) => value !== undefined,
  );
  checkNames('trainTable', options, Object.keys(CHECKS));
  for (const [name, value] of given) {
    const wanted = CHECKS[name as keyof TrainTableOptions];
    if (wanted) check(name, value, wanted);
  }
  const { optimizer, schedule, split, model, hidden } = options;
  checkCheckpoint(options.checkpoint);
  checkLoop(options);
  if (optimizer !== undefined) optimizerNamed(optimizer, { lr: 1 });
  if (schedule !== undefined) scheduleNamed(schedule, 1, 1);
  for (const part of ['validation', 'test'] as const)
    if (split !== undefined && options[part] !== undefined)
      throw misuse(
        `${part}: the column ${JSON.stringify(split)} (split) decides that; leave out one of them`,
      );
  for (const name of ['features', 'task', 'dates', 'hidden'] as const)
    if (options.from !== undefined && options[name] !== undefined)
      throw misuse(`${name}: the model to go on from decides that; leave out one of them`);
  for (const name of ['schedule', 'warmup', 'growBatch', 'unfreezeAfter'] as const)
    if (options.batch === 'auto' && options[name] !== undefined)
      throw misuse(
        `batch: 'auto' is settled when ${name} is counted in steps already; give a number of rows`,
      );
  if (model === 'linear' && hidden !== undefined)
    throw misuse('hidden: a linear model has no hidden layers; leave it out or use model mlp');
  return { ...DEFAULTS, ...(Object.fromEntries(given) as unknown as TrainTableOptions) };
}

const share: Check = {
  what: 'a share of the rows from 0 up to 1, such as 0.15, or a table',
  holds: (value) =>
    typeof value === 'number'
      ? value >= 0 && value < 1
      : typeof value === 'object' && value !== null && 'rows' in value,
};

/** What each option has to be; `undefined` where that is seen later. */
const CHECKS: { readonly [Name in keyof Required<TrainTableOptions>]: Check | undefined } = {
  ...LOOP_CHECKS,
  features: undefined,
  exclude: undefined,
  task: undefined,
  split: undefined,
  group: undefined,
  time: undefined,
  optimizer: undefined,
  schedule: undefined,
  host: undefined,
  signal: undefined,
  checkpoint: undefined,
  resume: undefined,
  target: { what: 'the name of a column', holds: (value) => typeof value === 'string' },
  validation: share,
  test: share,
  weight: { what: 'the name of a column', holds: (value) => typeof value === 'string' },
  classWeights: {
    what: "'balanced' or a weight for each class, such as { yes: 5, no: 1 }",
    holds: (value) =>
      value === 'balanced' ||
      (typeof value === 'object' && value !== null && Object.values(value).every((each) => each >= 0)),
  },
  missing: oneOf('impute', 'drop'),
  dates: oneOf('days', 'year'),
  model: oneOf('auto', ...MODELS),
  hidden: {
    what: 'a list of positive integers, such as [64, 64]',
    holds: (value) => Array.isArray(value) && value.length > 0 && value.every(count.holds),
  },
  from: {
    what: 'a trained model, as loadModel gives',
    holds: (value) => typeof (value as Partial<TableModel> | null)?.files === 'function',
  },
  freeze: {
    what: "a list of layers, such as ['hidden0']",
    holds: (value) =>
      Array.isArray(value) && value.length > 0 && value.every((name) => typeof name === 'string'),
  },
  unfreezeAfter: count,
  lr: {
    what: "a number above 0, or 'auto'",
    holds: (value) => value === 'auto' || (typeof value === 'number' && Number.isFinite(value) && value > 0),
  },
  batch: {
    what: "a positive integer, 'full' or 'auto'",
    holds: (value) => value === 'full' || value === 'auto' || count.holds(value),
  },
  epochs: count,
  l2: number('a number ≥ 0', (value) => value >= 0),
  labelSmoothing: number('a number from 0 up to 1', (value) => value >= 0 && value < 1),
  patience: whole,
  seed: whole,
  dtype: oneOf('float32', 'float64'),
  numerics: oneOf('fast', 'portable'),
  precision: oneOf('full', 'mixed'),
  threads: {
    what: "a positive integer or 'auto'",
    holds: (value) => value === 'auto' || count.holds(value),
  },
};
