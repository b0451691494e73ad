import { Arena } from '../../compile/arena.js';
import { checkNames } from '../../data/names.js';
import type { Model } from '../../nn/model.js';
import type { Transform } from '../../optim/transform.js';
import { type Check, check, count, number, positive } from '../../tensor/checks.js';
import { called, misuse } from '../../tensor/errors.js';
import type { Tensor } from '../../tensor/tensor.js';
import { stopwatch } from '../clock.js';
import { checkCall, type FitOptions, hostFor, settingsOf } from '../options.js';
import { laidDown } from '../work.js';
import { byName, startsOf } from '../workplace.js';
import { type FoundRate, type SearchPlan, searchRate } from './search.js';
import type { OptimizerOf } from './trials.js';

/** What to look for a rate for. What `fit` has too means what it means there. */
export interface FindLrOptions<X = Tensor, Y = Tensor, P = unknown>
  extends Pick<
    FitOptions<X, Y, P>,
    'train' | 'loss' | 'shuffle' | 'l2' | 'seed' | 'dtype' | 'numerics' | 'threads' | 'host' | 'params'
  > {
  /** Rows a step, or all of them (default 32). */
  readonly batchSize?: number | 'full';
  /** Makes the optimizer from a rate: `adam`, or `({ lr }) => sgd({ lr, momentum: 0.9 })`. */
  readonly optimizer: OptimizerOf;
  /** The sweep's first and last rate (default 1e-7 and 10). */
  readonly low?: number;
  readonly high?: number;
  /** Steps of a sweep, each at a rate of its own (default 100). */
  readonly steps?: number;
  /** How many sweeps, each from starting weights and an order of its own (default 5). */
  readonly seeds?: number;
  /** β of the moving average of the losses (default 0.9: over some ten steps). */
  readonly smoothing?: number;
  /** Steps that each suggested rate is tried for (default 200). */
  readonly trialSteps?: number;
}

const share = number('in [0, 1)', (x) => x >= 0 && x < 1);
const several: Check = number('an integer from 10 on', (x) => Number.isSafeInteger(x) && x >= 10);
const OWN = ['low', 'high', 'steps', 'seeds', 'smoothing', 'trialSteps'] as const;
const KNOWN = [
  ...OWN,
  ...'train loss optimizer batchSize shuffle l2 seed dtype numerics threads host params'.split(' '),
];

/**
 * Finds a learning rate: the range test, and short training runs that choose between what it suggests.
 *
 * Sweep: one step at each of 100 rates from 1e-7 up to 10, each the same multiple of the one before, lrₖ = low·(high/low)^(k/(n−1));
 * the batch losses are averaged, mₖ = (1 − β)·Σ βʲ·lossₖ₋ⱼ / (1 − βᵏ⁺¹). It ends where that is 4 times its least. Five of them, from
 * other weights and with other orders of rows; the median counts.
 *
 * Readings of the curve (L. Smith; J. Howard and S. Gugger's fastai has named them): `steep`, `minimum` (a tenth of the rate there),
 * `valley` and `slide`, each with what single sweeps say; and the `interval` in which the loss goes down. Then training begins with each
 * suggested rate, and the one that gets lowest on the training rows is chosen, or a smaller one that comes within 2% of it. λmax, the largest curvature at the start, says how large a rate plain gradient descent bears: 2/λmax.
 *
 * Nothing is left of all this but the result. It is one compiled program: the rate is a number that it is given with each step.
 *
 * @param model as for `fit`
 * @param options `train`, `loss` and `optimizer`, a function of `{ lr }`; see {@link FindLrOptions}
 * @returns the rate, why, and all that was measured, as plain data
 * @throws (rejects) when options or shapes do not fit
 * @example
 * ```ts
 * import { adam, findLr, mlp, squared } from '@downslope/core';
 * const x = Array.from({ length: 200 }, (_, i) => [i / 100 - 1]);
 * const y = x.map(([v]) => [Math.sin(3 * v!)]);
 * const model = mlp({ inputs: 1, outputs: 1, hidden: [16] });
 * const { lr, message } = await findLr(model, { train: { x, y }, loss: squared, optimizer: adam });
 * console.log(lr, message); // about 0.02, …
 * ```
 *
 * L. N. Smith: "Cyclical learning rates for training neural networks", 2017; fastai, `fastai.callback.schedule`. Where we differ: the
 * average is over fewer losses (β = 0.9, not 0.98), which lag less behind the rate; `slide` measures slopes in shares of the first loss;
 * what is chosen has been tried.
 */
export async function findLr<P, X = Tensor, Y = Tensor>(
  model: Model<P, X>,
  options: FindLrOptions<X, Y, P>,
): Promise<FoundRate> {
  checkCall('findLr', model, options);
  checkNames('findLr', options, KNOWN);
  const { low, high, steps, seeds, smoothing, trialSteps, optimizer, ...rest } = options;
  const plan = planOf(options);
  if (typeof optimizer !== 'function')
    throw misuse(
      `findLr: optimizer must be a function of { lr } that makes one, as adam itself, got ${called(optimizer)}`,
    );
  const arena = new Arena(hostFor(options), options.threads ?? 'auto');
  const settingsFor = (rows: number) =>
    settingsOf({ ...rest, optimizer: optimizer as () => Transform }, rows);
  const { settings, train: data, tree, objective } = laidDown(model, options, settingsFor, arena, true);
  const starts = startsOf(model, tree, settings, options.params !== undefined, arena)(plan.seeds);
  const { batchSize } = settings;
  const shuffle = settings.shuffle !== false;
  const trainee = { arena, objective, data, params: byName(tree), batchSize, shuffle };
  try {
    return await searchRate(trainee, optimizer, { ...plan, starts }, stopwatch().rest);
  } finally {
    arena.crew?.close();
  }
}

function planOf(
  options: Pick<FindLrOptions, (typeof OWN)[number]>,
): Omit<SearchPlan, 'starts'> & { seeds: number } {
  const { low = 1e-7, high = 10, steps = 100, seeds = 5, smoothing = 0.9, trialSteps = 200 } = options;
  check('low', low, positive);
  check(
    'high',
    high,
    number(`a number above low (${low})`, (x) => x > low),
  );
  check('steps', steps, several);
  check('seeds', seeds, count);
  check('smoothing', smoothing, share);
  check('trialSteps', trialSteps, count);
  return { low, high, steps, seeds, smoothing, trialSteps, trials: Math.min(2, seeds), stability: 'always' };
}
