import { sgd } from '../../optim/optimizers/sgd.js';
import { scaleForBatch } from '../../optim/schedules/scale-for-batch.js';
import type { NdArray } from '../../tensor/array.js';
import { numbersOnTheWay } from '../evaluate.js';
import { type Trainee, Trials } from './trials.js';

/** How much gradients of single rows differ, and the batch that this asks for. */
export interface FoundBatch {
  readonly size: number;
  /**
   * B = tr(Σ)/‖G‖²: about the rows at which the noise of a batch's gradient is as large as the gradient. Well below it twice the
   * rows are worth twice the steps; well above they are worth nothing. Infinite where no gradient is seen for noise.
   */
  readonly noiseScale: number;
  /** The most rows of which all that a step works out stays in the cache. */
  readonly cache: number;
  readonly message: string;
}

/** Rows of the two batches, how many rows each of them sees in all. */
const SIZES = { small: 16, ratio: 16, rows: 2048 };
/** Bytes of a processor's second-level cache to count on, and of what one number takes in a step: forward, backward, update. */
const CACHE = 2 ** 20;
const BYTES_PER_NUMBER = 12;
/** A power of two within these; and so many batches an epoch at least. */
const SIZE = { least: 16, most: 1024, batches: 8 };

/**
 * The gradient noise scale at the given weights, by the squared norms of gradients of batches of b and of B rows:
 *
 * ‖G‖² = (B·‖g_B‖² − b·‖g_b‖²)/(B − b), tr(Σ) = (‖g_b‖² − ‖g_B‖²)/(1/b − 1/B)
 *
 * Both are right in the mean; each is averaged over many batches before one is divided by the other.
 *
 * S. McCandlish, J. Kaplan, D. Amodei et al.: "An empirical model of large-batch training", 2018, appendix A.
 */
export async function noiseScale(
  trainee: Trainee,
  weights: readonly NdArray[],
  pause: () => Promise<void> | undefined,
): Promise<number> {
  const { rows } = trainee.data;
  const small = Math.max(1, Math.min(SIZES.small, Math.floor(rows / 4)));
  const large = Math.min(rows, small * SIZES.ratio);
  if (large <= small) return Number.POSITIVE_INFINITY;
  const squaredNorm = async (batchSize: number): Promise<number> => {
    const trials = new Trials({ ...trainee, batchSize, shuffle: true }, () => sgd({ lr: 0 }), pause);
    const steps = batchSize === rows ? 1 : Math.ceil(SIZES.rows / batchSize);
    let sum = 0;
    const goesOn = (_: number, gradNorm: number): boolean => {
      sum += gradNorm ** 2;
      return true;
    };
    await trials.run({ start: weights, seed: 0, steps, rate: () => 0, goesOn });
    return sum / steps;
  };
  const [ofSmall, ofLarge] = [await squaredNorm(small), await squaredNorm(large)];
  const signal = (large * ofLarge - small * ofSmall) / (large - small);
  const noise = (ofSmall - ofLarge) / (1 / small - 1 / large);
  if (!(noise > 0)) return 0;
  return signal > 0 ? noise / signal : Number.POSITIVE_INFINITY;
}

/** The power of two next to the noise scale, within what the cache holds and the rows allow. */
export function batchFor(trainee: Trainee, scale: number): FoundBatch {
  const { arena: _, objective, data, params } = trainee;
  const perRow = BYTES_PER_NUMBER * numbersOnTheWay(objective, data, params);
  const cache = 2 ** Math.floor(Math.log2(Math.max(1, CACHE / perRow)));
  const most = Math.max(1, Math.min(SIZE.most, cache, floorPower(data.rows / SIZE.batches)));
  const wanted = scale > 0 && scale < Infinity ? 2 ** Math.round(Math.log2(scale)) : scale;
  const size = Math.min(data.rows, Math.max(Math.min(SIZE.least, most), Math.min(most, wanted)));
  const seen = Number.isFinite(scale) ? `about ${Math.round(scale)} rows` : 'larger than can be seen';
  const bound =
    wanted <= most
      ? ''
      : most === cache
        ? '; more would leave the cache'
        : `; more would leave few steps an epoch`;
  return {
    size,
    noiseScale: scale,
    cache,
    message: `batches of ${size}: the noise scale of the gradient is ${seen}${bound}`,
  };
}

const floorPower = (value: number): number => 2 ** Math.floor(Math.log2(Math.max(1, value)));

/** A rate for another batch: in proportion where steps grow with the gradient (SGD), by the square root where they do not (Adam). */
export const rescaled = (lr: number, from: number, to: number, follows: boolean): number =>
  scaleForBatch(lr, { from, to, rule: follows ? 'linear' : 'sqrt' });
