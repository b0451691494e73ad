import { checkThreads, type Threads } from '../compile/arena.js';
import { type Host, withoutLibrary } from '../compile/host.js';
import { pageWorkers } from '../compile/threads/browser.js';
import { checkNames } from '../data/names.js';
import { random } from '../data/random.js';
import { check, count } from '../tensor/checks.js';
import { misuse } from '../tensor/errors.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Like, Values } from '../tensor/values.js';
import { clamp } from './bounds.js';
import { drain, type Ending, follow } from './follow.js';
import type { Method } from './method.js';
import { lbfgs } from './methods/lbfgs.js';
import { type MinimizeOptions, type Minimum, type MinimumPoint, methodOf, minimumOf } from './minimize.js';
import type { Numeric } from './numeric.js';
import { type Objective, objectiveOf } from './objective.js';
import { placeIn } from './place.js';
import { Helpers, sideBySide } from './side-by-side.js';

export interface RandomRestartsOptions<V = never>
  extends Pick<MinimizeOptions<V>, 'method' | 'stop' | 'bounds' | 'dtype'> {
  /** How many starts (default 10). With p the share of starts that end well, 1 − (1 − p)ᵏ of k find it. */
  readonly restarts?: number;
  /** The same seed, the same starts (default 0). */
  readonly seed?: number;
  /** Threads at most, this one included; `'auto'` (the default): as many as the machine has. The result is the same for any number of them. */
  readonly threads?: Threads;
  /** What the machine offers beyond WebAssembly, and where further threads come from; the package `downslope` and pages that may share memory have their own. */
  readonly host?: Host;
}

const OPTIONS = ['restarts', 'seed', 'method', 'stop', 'bounds', 'dtype', 'host', 'threads'] as const;

/** The best of several descents. */
export interface BestOfMany<X> extends Minimum<X> {
  /** Where each descent began and what it found. */
  readonly descents: readonly { readonly start: X; readonly best: MinimumPoint<X> }[];
}

/**
 * Leaves local minima behind: goes down from several random starts, uniform between `low` and `high`, and keeps the best.
 *
 * Where evaluations take long enough to be worth it, threads share them: each descent waits for one at a time. Methods
 * that are optimizers, as `adam()`, and plain functions of numbers keep to this thread.
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
  options?: RandomRestartsOptions<V>,
): BestOfMany<Like<V>>;
export function randomRestarts<V>(
  f: Numeric<V>,
  low: V,
  high: V,
  options?: RandomRestartsOptions<V>,
): BestOfMany<Like<V>>;
export function randomRestarts(
  f: unknown,
  low: unknown,
  high: unknown,
  options: RandomRestartsOptions<unknown> = {},
): BestOfMany<unknown> {
  checkNames('randomRestarts', options, OPTIONS);
  const { restarts = 10, seed = 0, method: given = lbfgs(), dtype = 'float64', bounds } = options;
  check('randomRestarts: restarts', restarts, count);
  checkThreads(options.threads ?? 'auto');
  const method = methodOf(given, bounds);
  const objective = objectiveOf(f, low, dtype, {
    caller: 'randomRestarts',
    point: 'low',
    bounds,
    // Threads that answer have none.
    host: options.host && withoutLibrary(options.host),
  });
  const { place, box } = objective;
  const { start: least } = place;
  const { start: most } = placeIn('high', high, dtype);
  if (most.length !== least.length)
    throw misuse(`randomRestarts: low has ${least.length} numbers, high has ${most.length}`);
  const crossed = least.findIndex((from, i) => from > most[i]!);
  if (crossed >= 0)
    throw misuse(
      `randomRestarts: low must not be above high, got ${least[crossed]} and ${most[crossed]} at place ${crossed}`,
    );
  const begin = performance.now();
  const owns = Array.from({ length: restarts }, (_, i) => {
    const numbers = random(seed, 'restarts', i);
    const start = least.map((from, j) => from + numbers.uniform() * (most[j]! - from));
    return { ...objective, start: box ? clamp(start, box) : start, evaluations: 0 };
  });
  const runs = endingsOf(method, owns, options).map((ending, i) => ({ start: owns[i]!.start, ...ending }));
  const best = runs.reduce((best, run) =>
    run.best.value < best.best.value || Number.isNaN(best.best.value) ? run : best,
  );
  const total = (of: 'steps' | 'evaluations'): number => runs.reduce((sum, run: Ending) => sum + run[of], 0);
  const { start: _, ...ending } = best;
  return {
    ...minimumOf(method, objective, {
      ...ending,
      steps: total('steps'),
      evaluations: total('evaluations'),
      seconds: (performance.now() - begin) / 1000,
    }),
    descents: runs.map(({ start, best: { value, gradNorm, x } }) => ({
      start: place.arrays(start),
      best: { x: place.arrays(x), value, gradNorm },
    })),
  };
}

/** One descent after the other; with further threads, all at once. */
function endingsOf(
  method: Method,
  owns: readonly Objective[],
  options: RandomRestartsOptions<unknown>,
): readonly Ending[] {
  const workers = options.host?.workers ?? pageWorkers();
  const { threads: asked = 'auto' } = options;
  const threads = Math.min(asked === 'auto' ? (workers?.available ?? 1) : asked, owns.length);
  const { shared } = owns[0]!;
  if (!workers || !shared || threads < 2)
    return owns.map((own) =>
      drain(
        follow(
          method,
          own,
          options,
          (ending) => ending,
          (x) => own.evaluate(x),
        ),
      ),
    );
  const askers = owns.map((own) => ({
    steps: follow(method, own, options, (ending) => ending),
    objective: own,
  }));
  const plain = { ...owns[0]! };
  return sideBySide(
    askers,
    (x) => plain.evaluate(x),
    () => new Helpers(workers, threads - 1, shared()),
  );
}
