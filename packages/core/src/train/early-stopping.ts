import { checkNames } from '../data/names.js';
import { anObject, atLeast0, check, count, oneOf } from '../tensor/checks.js';
import { misuse } from '../tensor/errors.js';

/** Which weights are kept, and how long a run goes on without better ones. */
export interface EarlyStopping {
  /**
   * What is watched: `'validationLoss'` (the default with validation rows), `'loss'`, the mean training loss of an epoch,
   * or one of `metrics` by its name.
   */
  readonly metric?: string;
  /** Whether a smaller or a larger value is better (default `'min'` for losses; to be said for metrics). */
  readonly mode?: 'min' | 'max';
  /** Only an improvement by more than this ends the waiting (default 0). */
  readonly minDelta?: number;
  /** The mean of so many values counts (default 1): for a metric that jumps. */
  readonly window?: number;
  /** Stop when so many epochs brought no improvement (default: never). */
  readonly patience?: number;
  /** Give back the weights of the best value (default), or the last. */
  readonly restoreBest?: boolean;
}

export interface WatchSettings {
  readonly metric: string;
  /** −1 where larger is better: what is compared is always to be small. */
  readonly sign: 1 | -1;
  readonly minDelta: number;
  readonly window: number;
  readonly patience: number;
  readonly restoreBest: boolean;
}

const NAMES = ['metric', 'mode', 'minDelta', 'window', 'patience', 'restoreBest'];
const LOSSES = ['validationLoss', 'loss'];

/**
 * @param metrics their names
 * @param validates whether there are validation rows
 */
export function watchSettings(
  given: EarlyStopping | undefined,
  patience: number | undefined,
  metrics: readonly string[],
  validates: boolean,
): WatchSettings {
  if (given !== undefined && patience !== undefined)
    throw misuse('patience is short for earlyStopping: { patience }; give one of them');
  const all = given ?? { patience };
  check('earlyStopping', all, anObject('{ patience: 10 }'));
  checkNames('fit', all, NAMES, 'earlyStopping.');
  const where = given ? 'earlyStopping.' : '';
  const { metric = 'validationLoss', mode, minDelta = 0, window = 1, restoreBest = true } = all;
  check(`${where}metric`, metric, oneOf(...LOSSES, ...metrics));
  if (mode === undefined && !LOSSES.includes(metric))
    throw misuse(`earlyStopping.mode must be min or max: say which is better for ${metric}`);
  if (given && metric === 'validationLoss' && !validates)
    throw misuse("earlyStopping: there are no validation rows; give some, or watch metric: 'loss'");
  return {
    metric,
    sign: check(`${where}mode`, mode ?? 'min', oneOf('min', 'max')) === 'max' ? -1 : 1,
    minDelta: check(`${where}minDelta`, minDelta, atLeast0),
    window: check(`${where}window`, window, count),
    patience:
      all.patience === undefined ? Number.POSITIVE_INFINITY : check(`${where}patience`, all.patience, count),
    restoreBest: check(`${where}restoreBest`, restoreBest, oneOf(true, false)),
  };
}

/** What is remembered of the values that were seen, all of them such that smaller is better. */
export interface Watched {
  /** The last ones, as many as the window holds. */
  readonly recent: readonly number[];
  /** The best, which has the weights that are kept. */
  readonly best: number;
  /** The value to be improved on, the epoch that it is of, and the last that was looked at. */
  readonly bar: number;
  readonly barEpoch: number;
  readonly epoch: number;
}

export const nothingSeen: Watched = {
  recent: [],
  best: Number.POSITIVE_INFINITY,
  bar: Number.POSITIVE_INFINITY,
  barEpoch: 0,
  epoch: 0,
};

/** Takes in the value of an epoch; one that is not finite improves nothing. */
export function watch(
  { recent, best, bar, barEpoch }: Watched,
  epoch: number,
  value: number,
  { sign, window, minDelta }: WatchSettings,
): Watched {
  const last = Number.isFinite(value) ? [...recent, sign * value].slice(-window) : recent;
  const mean = last.reduce((sum, x) => sum + x, 0) / last.length;
  const seen = Number.isFinite(value) ? mean : Number.POSITIVE_INFINITY;
  const improves = seen < bar - minDelta;
  return {
    recent: last,
    best: Math.min(best, seen),
    bar: improves ? seen : bar,
    barEpoch: improves ? epoch : barEpoch,
    epoch,
  };
}

/** Whether so many epochs have passed without improvement as one has patience for. */
export const isStale = ({ epoch, barEpoch }: Watched, now: number, { patience }: WatchSettings): boolean =>
  epoch === now && epoch - barEpoch >= patience;
