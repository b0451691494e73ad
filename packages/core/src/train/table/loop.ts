import { checkNames } from '../../data/names.js';
import type { TargetCode } from '../../data/target-code.js';
import { numeric } from '../../minimize/numeric.js';
import { accuracy, auc, confusionMatrix, likeliest, macroF1, mae, r2, rmse } from '../../nn/metrics.js';
import { anObject, type Check, check, count, number, oneOf } from '../../tensor/checks.js';
import { misuse } from '../../tensor/errors.js';
import type { Tensor } from '../../tensor/tensor.js';
import { type ClipOptions, clipSettings } from '../clipping.js';
import type { EarlyStopping } from '../early-stopping.js';
import type { Metric } from '../metrics.js';
import type { FitOptions } from '../options.js';
import { type StopOptions, stopSettings } from '../stops.js';
import { isClasses, lossUnit, outputCount } from './network.js';

/** What can be asked of the training loop, as `fit` has it. Losses are in the target's own units (squared, for squared error). */
export interface LoopOptions {
  /** Micro-batches a step, whose gradients are averaged before the one update (default 1). */
  readonly accumulate?: number;
  /** Another order in each epoch (`true`, the default), the same shuffled one, that of the table, or drawn with replacement. */
  readonly shuffle?: FitOptions['shuffle'];
  /** Twice as many rows a step after every so many epochs (default: never). */
  readonly growBatch?: number;
  /** What happens to the learning rate as the batch grows (default: nothing). */
  readonly scaleRate?: 'linear' | 'sqrt';
  /** Cut gradients that are too long: `{ norm }` or `{ value }`. */
  readonly clip?: ClipOptions;
  /** Average the weights that are kept: `'ema'` or `'swa'`. */
  readonly average?: 'ema' | 'swa';
  /** Let the learning rate rise from zero over so many epochs, before its schedule begins. */
  readonly warmup?: number;
  /** Multiply the learning rate by `factor` (default 0.1) when `patience` epochs (default 10) brought no lower loss. */
  readonly reduceOnPlateau?: { readonly factor?: number; readonly patience?: number };
  /**
   * What chooses the weights to keep, besides `patience`: `metric` is `'validationLoss'` (default), `'rmse'`, `'mae'` or `'r2'`
   * of a quantity, `'accuracy'`, `'auc'` or `'macroF1'` of classes.
   */
  readonly earlyStopping?: Pick<EarlyStopping, 'metric' | 'minDelta' | 'window' | 'restoreBest'>;
  /** When the training of each model ends. */
  readonly stop?: StopOptions;
  /** What happens when a loss or weight is not finite (default `'stop'`). */
  readonly nonFinite?: 'stop' | 'lowerRate' | 'clip';
}

export const LOOP_CHECKS: { readonly [Name in keyof Required<LoopOptions>]: Check } = {
  accumulate: count,
  shuffle: oneOf(true, false, 'once', 'replacement'),
  growBatch: count,
  scaleRate: oneOf('linear', 'sqrt'),
  clip: anObject('{ norm: 1 }'),
  average: oneOf('ema', 'swa'),
  warmup: count,
  reduceOnPlateau: anObject('{ factor: 0.5 }'),
  earlyStopping: anObject("{ metric: 'accuracy' }"),
  stop: anObject('{ seconds: 60 }'),
  nonFinite: oneOf('stop', 'lowerRate', 'clip'),
};

const WATCHED = ['metric', 'minDelta', 'window', 'restoreBest'];

/** @throws when they make no sense by themselves, or together */
export function checkLoop({
  clip,
  reduceOnPlateau = {},
  earlyStopping = {},
  stop,
  ...more
}: LoopOptions): void {
  const { accumulate, growBatch, scaleRate } = more;
  clipSettings(clip);
  stopSettings(stop);
  checkNames('trainTable', earlyStopping, WATCHED, 'earlyStopping.');
  checkNames('trainTable', reduceOnPlateau, ['factor', 'patience'], 'reduceOnPlateau.');
  const { factor, patience } = reduceOnPlateau;
  if (factor !== undefined)
    check(
      'reduceOnPlateau.factor',
      factor,
      number('a number between 0 and 1', (x) => x > 0 && x < 1),
    );
  if (patience !== undefined) check('reduceOnPlateau.patience', patience, count);
  if (growBatch !== undefined && accumulate !== undefined && accumulate > 1)
    throw misuse('growBatch: a batch that grows is not cut into parts; leave out accumulate');
  if (scaleRate !== undefined && growBatch === undefined)
    throw misuse('scaleRate: it is for a batch that grows, and this one stays; leave it out or let it grow');
}

/** The options for `fit`, for a batch that was decided on. */
export function loopFor(
  options: LoopOptions,
  target: TargetCode,
  {
    batch,
    patience,
    gradTol,
  }: { batch: number | 'full' | 'auto'; patience: number | undefined; gradTol: number },
): Pick<FitOptions<Tensor, Tensor>, 'batchSize' | 'metrics' | 'earlyStopping' | 'patience' | 'stop'> &
  LoopOptions {
  const { accumulate, shuffle, growBatch, scaleRate, clip, average, nonFinite, earlyStopping, stop } =
    options;
  const grows = growBatch !== undefined && typeof batch === 'number';
  const unit = lossUnit(target);
  const { metric } = earlyStopping ?? {};
  const scored = metric !== undefined && metric !== 'validationLoss' && metric !== 'loss';
  const score = scored ? metricsFor(target, metric)[metric] : undefined;
  const { lossTol, target: goal } = stop ?? {};
  return {
    accumulate,
    shuffle,
    scaleRate: grows ? scaleRate : undefined,
    clip,
    average,
    nonFinite,
    batchSize: grows ? (epoch) => batch * 2 ** Math.floor(epoch / growBatch) : batch,
    ...(score && { metrics: { [metric!]: score.metric } }),
    ...(earlyStopping
      ? { earlyStopping: { ...earlyStopping, patience, ...(score && { mode: score.mode }) } }
      : { patience }),
    stop: {
      gradTol,
      ...stop,
      ...(lossTol?.absolute !== undefined && {
        lossTol: { ...lossTol, absolute: lossTol.absolute / unit },
      }),
      ...(goal !== undefined && { target: goal / unit }),
    },
  };
}

type Numbers = ArrayLike<number>;
type Scoring = Readonly<Record<string, { readonly mode: 'min' | 'max'; readonly metric: Metric<Tensor> }>>;

/** Metrics of a network's raw answers, in the target's own units, by the names that scores have. */
function metricsFor(target: TargetCode, asked: string): Scoring {
  const score = (mode: 'min' | 'max', f: (answers: Numbers, truth: Numbers) => number) => ({
    mode,
    metric: numeric<Numbers, [y: Numbers]>(f) as Metric<Tensor>,
  });
  const found: Scoring = isClasses(target) ? classMetrics() : quantityMetrics(Math.sqrt(lossUnit(target)));
  check('earlyStopping.metric', asked, oneOf('validationLoss', 'loss', ...Object.keys(found)));
  return found;

  function quantityMetrics(std: number): Scoring {
    return {
      rmse: score('min', (answers, truth) => std * rmse(answers, truth)),
      mae: score('min', (answers, truth) => std * mae(answers, truth)),
      r2: score('max', r2),
    };
  }

  function classMetrics(): Scoring {
    const outputs = outputCount(target);
    const classOf = (answers: Numbers): Numbers =>
      outputs === 1 ? Int32Array.from(answers, (logit) => (logit > 0 ? 1 : 0)) : likeliest(answers, outputs);
    const classes = Math.max(2, outputs);
    return {
      accuracy: score('max', (answers, truth) => accuracy(classOf(answers), truth)),
      ...(outputs === 1 && { auc: score('max', auc) }),
      macroF1: score('max', (answers, truth) => macroF1(confusionMatrix(classOf(answers), truth, classes))),
    };
  }
}
