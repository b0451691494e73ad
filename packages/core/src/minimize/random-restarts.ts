import { random } from '../data/random.js';
import { misuse } from '../tensor/errors.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Like, Values } from '../tensor/values.js';
import { drain, type Ending, follow } from './follow.js';
import { lbfgs } from './methods/lbfgs.js';
import { type MinimizeOptions, type Minimum, type MinimumPoint, methodOf, minimumOf } from './minimize.js';
import type { Numeric } from './numeric.js';
import { objectiveOf } from './objective.js';
import { checkNames } from './options.js';
import { placeIn } from './place.js';

export interface RandomRestartsOptions extends Pick<MinimizeOptions, 'method' | 'stop' | 'dtype'> {
  /** How many starts (default 10). With p the share of starts that end well, 1 − (1 − p)ᵏ of k find it. */
  readonly restarts?: number;
  /** The same seed, the same starts (default 0). */
  readonly seed?: number;
}

/** The best of several descents. */
export interface BestOfMany<X> extends Minimum<X> {
  /** Where each descent began and what it found. */
  readonly descents: readonly { readonly start: X; readonly best: MinimumPoint<X> }[];
}

/**
 * Leaves local minima behind: goes down from several random starts, uniform between `low` and `high`, and keeps the best.
 *
 * @param f as for `minimize`
 * @param low the least start: a number, an array, or a tree of them by name
 * @param high the largest start, of the same form
 * @param options `restarts`, `seed`, and those of `minimize`
 * @returns the best descent's result; `steps`, `evaluations` and `seconds` are those of all together
 * @throws when `low` and `high` differ in form, or `restarts` is no positive integer
 * @example
 * ```ts
 * import { minimize, randomRestarts, type Tensor } from '@downslope/core';
 * // Two minima; the left one, at −2.03, is lower.
 * const f = (x: Tensor) => x.pow(4).sub(x.square().mul(8)).add(x);
 * console.log(minimize(f, 3).best.x, randomRestarts(f, -4, 4).best.x); // 1.97 and −2.03
 * ```
 */
export function randomRestarts<P, V extends Values<P>>(
  f: (params: P) => Tensor,
  low: V,
  high: NoInfer<V> | Values<P>,
  options?: RandomRestartsOptions,
): BestOfMany<Like<V>>;
export function randomRestarts<V>(
  f: Numeric<V>,
  low: V,
  high: V,
  options?: RandomRestartsOptions,
): BestOfMany<Like<V>>;
export function randomRestarts(
  f: unknown,
  low: unknown,
  high: unknown,
  options: RandomRestartsOptions = {},
): BestOfMany<unknown> {
  checkNames('randomRestarts', options, 'restarts', 'seed', 'method', 'stop', 'dtype');
  const { restarts = 10, seed = 0, method: given = lbfgs(), dtype = 'float64' } = options;
  if (!Number.isInteger(restarts) || restarts < 1)
    throw misuse(`randomRestarts: restarts must be a positive integer, got ${restarts}`);
  const method = methodOf(given);
  const objective = objectiveOf(f, low, dtype, { caller: 'randomRestarts', point: 'low' });
  const { place, start: least } = objective;
  const { start: most } = placeIn('high', high, dtype);
  if (most.length !== least.length)
    throw misuse(`randomRestarts: low has ${least.length} numbers, high has ${most.length}`);
  const runs = Array.from({ length: restarts }, (_, i) => {
    const numbers = random(seed, 'restarts', i);
    const start = least.map((from, j) => from + numbers.uniform() * (most[j]! - from));
    const own = { ...objective, start, evaluations: 0 };
    return { start, ...drain(follow(method, own, options, (ending) => ending)) };
  });
  const best = runs.reduce((best, run) =>
    run.best.value < best.best.value || Number.isNaN(best.best.value) ? run : best,
  );
  const total = (of: 'steps' | 'evaluations' | 'seconds'): number =>
    runs.reduce((sum, run: Ending) => sum + run[of], 0);
  const { start: _, ...ending } = best;
  return {
    ...minimumOf(method, objective, {
      ...ending,
      steps: total('steps'),
      evaluations: total('evaluations'),
      seconds: total('seconds'),
    }),
    descents: runs.map(({ start, best: { value, gradNorm, x } }) => ({
      start: place.arrays(start),
      best: { x: place.arrays(x), value, gradNorm },
    })),
  };
}
