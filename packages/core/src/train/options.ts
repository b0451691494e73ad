import type { Threads } from '../compile/arena.js';
import { type Host, portable } from '../compile/host.js';
import { checkNames } from '../data/names.js';
import type { Model } from '../nn/model.js';
import { checkTransform, type Transform } from '../optim/transform.js';
import type { ArrayInput } from '../tensor/array.js';
import { atLeast0, check, count, number, oneOf, positive, spelled, whole } from '../tensor/checks.js';
import type { FloatType } from '../tensor/dtype.js';
import { called, misuse } from '../tensor/errors.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Values } from '../tensor/values.js';
import { type Averaging, checkAveraging } from './averaging.js';
import { type BatchOptions, type BatchSettings, batchSettings } from './batches.js';
import { type CheckpointOptions, checkCheckpoint } from './checkpoints.js';
import { type ClipOptions, clipSettings } from './clipping.js';
import { type EarlyStopping, type WatchSettings, watchSettings } from './early-stopping.js';
import { type Metric, type Metrics, metricNames, metricsOf } from './metrics.js';
import type { Problem } from './problem.js';
import { checkSnapshot, type Snapshot } from './snapshot.js';
import { type StopOptions, type StopSettings, stopSettings } from './stops.js';

/** Rows to learn from: inputs in the form that the model takes, targets in the form that the loss takes. */
export interface Rows<X, Y> {
  readonly x: Values<X>;
  readonly y: Values<Y>;
  /**
   * How much each row counts, as [rows]: numbers from 0 on, of which only the proportions matter. The loss of the rows is
   * then Σ wᵢ·lossᵢ/Σ wᵢ. See `classWeights` for rare classes.
   */
  readonly weight?: ArrayInput;
}

export interface FitOptions<X = Tensor, Y = Tensor, P = unknown> extends BatchOptions {
  readonly train: Rows<X, Y>;
  /** Rows that are never trained on: they choose the weights to keep, and when to stop. */
  readonly validation?: Rows<X, Y>;
  /** From predictions and targets to the loss of each row (its mean is taken), or of the batch. */
  readonly loss: (prediction: Tensor, y: Y) => Tensor;
  /**
   * Or a function that makes one, knowing the problem: its smoothness, and `lr`. With the option `lr` an optimizer itself is
   * such a function: `optimizer: adam, lr: 'auto'`, or `({ lr }) => sgd({ lr, momentum: 0.9 })`.
   */
  readonly optimizer: Transform | ((problem: Problem) => Transform);
  /**
   * The learning rate that a function `optimizer` is given: a number, or `'auto'`, which looks for one before the first step
   * as `findLr` does, with fewer steps. What came of it is in `result.found`.
   */
  readonly lr?: number | 'auto';
  /** How often to go through the training rows (default 100). */
  readonly epochs?: number;
  /** Factor of the penalty (l2/2)·Σw² on weights, biases excepted (default 0). */
  readonly l2?: number;
  /**
   * Scores by name beside the loss, worked out where the validation rows are looked at: on these, or without any on the
   * training rows. See {@link Metric}.
   */
  readonly metrics?: Readonly<Record<string, Metric<Y>>>;
  /** Work out loss and metrics of all training rows, too, whenever the validation rows are looked at (default false). */
  readonly trainMetrics?: boolean;
  /** Stop when the validation loss has not improved for so many epochs (default: never): short for `earlyStopping`. */
  readonly patience?: number;
  /** Which weights are kept, and how long to wait for better ones. */
  readonly earlyStopping?: EarlyStopping;
  /** How many epochs from one look at the validation rows to the next (default 1; 10 for full batches). */
  readonly evaluateEvery?: number;
  readonly stop?: StopOptions;
  /**
   * What happens when a loss, gradient or weight is not finite. The run goes back to before the step that made it so; then
   * it ends (`'stop'`, the default), takes that step again at half the learning rate (`'lowerRate'`), or takes it again with
   * the gradient clipped to its length at the first step, the next time to half of that (`'clip'`). Where the same step fails
   * again, the run goes on from the weights of its best epoch. 16 times at most.
   */
  readonly nonFinite?: 'stop' | 'lowerRate' | 'clip';
  /** Cut gradients that are too long: `{ norm: 1 }` all parameters together, or `{ value: 0.5 }` each number by itself. */
  readonly clip?: ClipOptions;
  /**
   * Weights to evaluate with and to keep: `'ema'`, a moving average that soon goes 1,000 steps deep; `'swa'`, the mean of the
   * weights after each epoch of the last quarter of the run; or a transform such as `ema({ decay: 0.99 })` (default: the
   * weights themselves).
   */
  readonly average?: Averaging;
  /** Decides initial weights and order (default 0). The same seed gives the same bits. */
  readonly seed?: number;
  /** Element type of parameters and arithmetic (default float32). */
  readonly dtype?: FloatType;
  /**
   * `'portable'`: the same bits on every engine. `'fast'` (the default): may use what the engine and `host` offer,
   * such as fused multiplication and addition and the machine's BLAS; the same bits on one machine, as long as no product is
   * near the size from which the BLAS gets it: that is measured anew in each process.
   */
  readonly numerics?: 'fast' | 'portable';
  /**
   * `'mixed'`: what the backward pass needs of the forward pass, and gradients, are kept as float16, in half of the memory;
   * weights, sums and all arithmetic stay float32. The loss is scaled so that small gradients are not lost, and a step whose
   * gradients overflow is skipped ({@link lossScaling}). Slower; for what does not fit else. `'full'`: all of `dtype` (default).
   */
  readonly precision?: 'full' | 'mixed';
  /**
   * How many threads share the work, or `'auto'` (the default): as many as the machine has, where that pays. The results
   * are the same bits for any number. A page has several only when it is cross-origin isolated.
   */
  readonly threads?: Threads;
  /**
   * What the machine offers beyond WebAssembly, which the package `downslope` finds by itself; and the bytes that a run may take,
   * as in `{ memory: 2 ** 30 }`.
   */
  readonly host?: Host;
  /** Weights to begin with, in place of the model's own: the same names and shapes. */
  readonly params?: Values<P>;
  readonly signal?: AbortSignal;
  /** Where checkpoints go, and how often one is taken (default: none are). */
  readonly checkpoint?: CheckpointOptions<Snapshot>;
  /**
   * A checkpoint to go on from; the run ends with the same bits as the one that was not interrupted. All else must be as it
   * was, but for `epochs`, `patience`, `stop`, `threads` and `checkpoint`.
   */
  readonly resume?: Snapshot;
}

/** What a single step is to know, as {@link FitOptions} has it. */
export type StepOptions<X = Tensor, Y = Tensor, P = unknown> = Pick<
  FitOptions<X, Y, P>,
  'loss' | 'l2' | 'seed' | 'dtype' | 'numerics' | 'threads' | 'host' | 'params'
> & { readonly optimizer: Transform };

/** What the machine may add: portable numbers may be shared out among threads and lie in large pages, and nothing else. */
export const hostFor = ({
  numerics,
  host = { relaxed: true },
}: Pick<FitOptions, 'numerics' | 'host'>): Host => (numerics === 'portable' ? portable(host) : host);

/** Options with their defaults, checked. */
export interface StepSettings {
  readonly l2: number;
  readonly seed: number;
  readonly dtype: FloatType;
}

export interface Settings extends StepSettings, BatchSettings {
  readonly epochs: number;
  readonly lr: number | 'auto' | undefined;
  /** Whether `batchSize` is only a first guess. */
  readonly autoBatch: boolean;
  readonly evaluateEvery: number;
  readonly metrics: Metrics;
  readonly trainMetrics: boolean;
  readonly watch: WatchSettings;
  readonly stops: StopSettings;
  readonly nonFinite: 'stop' | 'lowerRate' | 'clip';
  readonly clip: ClipOptions;
  readonly precision: 'full' | 'mixed';
}

export function settingsOf<X, Y, P>(options: FitOptions<X, Y, P>, rows: number): Settings {
  const { batchSize, nonFinite = 'stop' } = options;
  checkNames('fit', options, KNOWN);
  checkFunctions(options);
  checkCheckpoint(options.checkpoint);
  if (options.resume !== undefined) checkSnapshot(options.resume, 'fit');
  checkAveraging(options.average);
  checkRate(options);
  const epochs = check('epochs', options.epochs ?? 100, whole);
  const metrics = metricsOf(options.metrics);
  return {
    ...commonSettings(options),
    ...batchSettings(options, rows, epochs),
    epochs,
    lr: options.lr,
    autoBatch: batchSize === 'auto',
    evaluateEvery: check('evaluateEvery', options.evaluateEvery ?? (batchSize === 'full' ? 10 : 1), count),
    metrics,
    trainMetrics: check('trainMetrics', options.trainMetrics ?? false, oneOf(true, false)),
    watch: watchSettings(
      options.earlyStopping,
      options.patience,
      metricNames(metrics),
      options.validation !== undefined,
    ),
    stops: stopSettings(options.stop),
    nonFinite: check('nonFinite', nonFinite, oneOf('stop', 'lowerRate', 'clip')),
    clip: clipSettings(options.clip, nonFinite === 'clip'),
    precision: precisionOf(options),
  };
}

function checkRate({ lr, optimizer }: Pick<FitOptions, 'lr' | 'optimizer'>): void {
  if (lr === undefined) return;
  if (lr !== 'auto') check('lr', lr, positive, " or 'auto'");
  if (typeof optimizer !== 'function')
    throw misuse(
      'lr: this optimizer has a rate of its own; give a function that takes one, such as optimizer: adam',
    );
}

function precisionOf({ precision = 'full', dtype }: Pick<FitOptions, 'precision' | 'dtype'>) {
  check('precision', precision, oneOf('full', 'mixed'));
  if (precision === 'mixed' && dtype === 'float64')
    throw misuse("precision: 'mixed' is float32 and float16; leave out dtype 'float64'");
  return precision;
}

/** Whether the validation rows are looked at after an epoch, from 1. */
export const isDue = (epoch: number, { evaluateEvery, epochs }: Settings): boolean =>
  epoch % evaluateEvery === 0 || epoch === epochs;

/** Whether the last step of an epoch is measured. */
export const isMeasured = (epoch: number, settings: Settings): boolean =>
  isDue(epoch, settings) || settings.stops.stepTol > 0;

export function stepSettingsOf<X, Y, P>(options: StepOptions<X, Y, P>): StepSettings {
  checkNames('compileStep', options, KNOWN_OF_STEP);
  checkFunctions(options);
  return commonSettings(options);
}

function commonSettings(options: Pick<FitOptions, 'l2' | 'seed' | 'dtype' | 'numerics'>): StepSettings {
  const { l2 = 0, dtype = 'float32', seed = 0, numerics = 'fast' } = options;
  if (dtype !== 'float32' && dtype !== 'float64')
    throw misuse(`dtype must be 'float32' or 'float64', got ${dtype}`);
  if (numerics !== 'fast' && numerics !== 'portable')
    throw misuse(`numerics must be 'fast' or 'portable', got ${numerics}`);
  return {
    l2: check('l2', l2, number(atLeast0.what, atLeast0.holds)),
    seed: check('seed', seed, whole),
    dtype,
  };
}

const KNOWN_OF_STEP = 'loss optimizer l2 seed dtype numerics threads host params'.split(' ');
const KNOWN = [
  ...KNOWN_OF_STEP,
  ...'train validation lr epochs batchSize scaleRate accumulate shuffle average evaluateEvery metrics trainMetrics patience'.split(
    ' ',
  ),
  ...'earlyStopping stop nonFinite clip precision checkpoint resume signal'.split(' '),
];

/** What comes before all else, in plain JavaScript: a model, and options. */
export function checkCall(caller: string, model: unknown, options: unknown): void {
  if (
    typeof (model as Model | undefined)?.init !== 'function' ||
    typeof (model as Model).apply !== 'function'
  )
    throw misuse(`${caller}: model must have init and apply, as mlp({ … }) has, got ${called(model)}`);
  if (typeof options !== 'object' || options === null)
    throw misuse(`${caller}: options must be an object with loss and optimizer, got ${called(options)}`);
}

/** Plain JavaScript has no compiler to find what was forgotten. */
function checkFunctions(options: { readonly loss: unknown; readonly optimizer: unknown }): void {
  if (typeof options.loss !== 'function')
    throw misuse(`loss must be a function such as squared or crossEntropy, got ${spelled(options.loss)}`);
  const optimizer = options.optimizer as Transform | undefined;
  if (typeof optimizer !== 'function') checkTransform('optimizer', optimizer);
}
