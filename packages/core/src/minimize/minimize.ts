import { type Host, portable } from '../compile/host.js';
import { checkNames } from '../data/names.js';
import type { Transform } from '../optim/transform.js';
import { check, oneOf } from '../tensor/checks.js';
import type { FloatType } from '../tensor/dtype.js';
import { called, misuse } from '../tensor/errors.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Like, Values } from '../tensor/values.js';
import type { Bounds } from './bounds.js';
import { drain, type Ending, follow } from './follow.js';
import type { Method, Point } from './method.js';
import { lbfgs } from './methods/lbfgs.js';
import { byTransform } from './methods/transform.js';
import type { Numeric } from './numeric.js';
import { type Objective, objectiveOf } from './objective.js';
import type { Status } from './status.js';
import type { Rule } from './stop.js';

export interface MinimizeOptions<V = never> {
  /** How to go down: an optimizer, or a method such as `lbfgs()` (the default, and the best start for smooth functions). */
  readonly method?: Method | Transform;
  /** Rules, any one of which ends the run (default: the method's own). Without a limit among them, 10,000 steps are. */
  readonly stop?: Rule | readonly Rule[];
  /**
   * `{ lower, upper }`: limits that every point looked at keeps to, each a number for all, or a tree of the form of `x0` whose
   * leaves are numbers or arrays; what is left out has none. A start beyond them is moved to the nearest point. With bounds,
   * `gradNorm` is the length of x − P(x − ∇f), where P goes to the nearest point within. For `lbfgs()` and
   * `coordinateDescent()`.
   */
  readonly bounds?: Bounds<V>;
  /** Element type to work in (default float64). */
  readonly dtype?: FloatType;
  /** Keep every point on the way (default false). */
  readonly path?: boolean;
  /**
   * `'portable'`: the same bits on every engine. `'fast'` (the default): f and its derivatives may use what `host` offers.
   * Steps of optimizers are portable either way.
   */
  readonly numerics?: 'fast' | 'portable';
  /** What the machine offers beyond WebAssembly; the package `downslope` finds it by itself. Without it all is portable. */
  readonly host?: Host;
}

/** A point in the form of `x0`. */
export interface MinimumPoint<X> {
  readonly x: X;
  readonly value: number;
  /** ‖∇f(x)‖₂ */
  readonly gradNorm: number;
}

/** How a descent went. Reaching no optimum is a result too, not an error. */
export interface Minimum<X> {
  readonly status: Status;
  /** The status in words, and what in particular happened. */
  readonly message: string;
  /** The point with the lowest value seen. */
  readonly best: MinimumPoint<X>;
  /** The point where the run ended. */
  readonly last: MinimumPoint<X>;
  readonly steps: number;
  /** How often `f` was evaluated: with its gradient where that is exact, for each difference quotient where not. */
  readonly evaluations: number;
  readonly seconds: number;
  /** The method's name. */
  readonly method: string;
  readonly derivatives: 'exact' | 'central differences';
  /** With `path: true`: every point from the start on, each as one flat vector. */
  readonly path?: readonly Point[];
}

/**
 * Finds a minimum of a function, from a start, by going down.
 *
 * @param f in tensor methods, with exact gradients and compiled once; or `numeric(f)`, a plain function of numbers
 * @param x0 where to start: a number, an array, or a tree of them by name
 * @param options `method` and when to `stop`
 * @returns the best point seen, the last one, and why the run ended: `status` and `message`. A value that is not finite, or
 *   that runs away to infinity, ends the run at that step
 * @throws for misuse only: a start that is not finite, a function that returns no scalar
 * @example
 * ```ts
 * import { adam, maxSteps, minimize, type Tensor } from '@downslope/core';
 * type Point = { x: Tensor; y: Tensor };
 * const rosenbrock = ({ x, y }: Point) => x.sub(1).square().add(y.sub(x.square()).square().mul(100));
 * const start = { x: -1.2, y: 1 };
 * console.log(minimize(rosenbrock, start).best.x); // { x: 1, y: 1 }, to many digits
 * const slow = minimize(rosenbrock, start, { method: adam({ lr: 0.02 }), stop: maxSteps(2000) });
 * console.log(slow.message, slow.best.value);
 * ```
 */
export function minimize<P, V extends Values<P>>(
  f: (params: P) => Tensor,
  x0: V,
  options?: MinimizeOptions<V>,
): Minimum<Like<V>>;
export function minimize<V>(f: Numeric<V>, x0: V, options?: MinimizeOptions<V>): Minimum<Like<V>>;
export function minimize(f: unknown, x0: unknown, options: MinimizeOptions<unknown> = {}): Minimum<unknown> {
  return drain(run(f, x0, options));
}

/**
 * As {@link minimize}, step by step: yields every point as it is reached (as a flat vector), and returns the result. For
 * those who want to look on, leave early, or let others have their turn: `await` between the points, and `abortOn(signal)`
 * is heard.
 *
 * @example
 * ```ts
 * import { descent, type Tensor } from '@downslope/core';
 * for (const { value } of descent((x: Tensor) => x.sub(3).square(), 0)) console.log(value);
 * ```
 */
export function descent<P, V extends Values<P>>(
  f: (params: P) => Tensor,
  x0: V,
  options?: MinimizeOptions<V>,
): Generator<Point, Minimum<Like<V>>>;
export function descent<V>(
  f: Numeric<V>,
  x0: V,
  options?: MinimizeOptions<V>,
): Generator<Point, Minimum<Like<V>>>;
export function descent(
  f: unknown,
  x0: unknown,
  options: MinimizeOptions<unknown> = {},
): Generator<Point, Minimum<unknown>> {
  return run(f, x0, options);
}

function run(f: unknown, x0: unknown, options: MinimizeOptions<unknown>): Generator<Point, Minimum<unknown>> {
  checkNames('minimize', options, ['method', 'stop', 'bounds', 'dtype', 'path', 'numerics', 'host']);
  const { method: given = lbfgs(), dtype = 'float64', bounds, numerics = 'fast', host } = options;
  check('minimize: numerics', numerics, oneOf('fast', 'portable'));
  const method = methodOf(given, bounds);
  const objective = objectiveOf(f, x0, dtype, {
    bounds,
    host: host && (numerics === 'fast' ? host : portable(host)),
  });
  const steps = follow(
    method,
    objective,
    options,
    (ending) => minimumOf(method, objective, ending),
    (x) => objective.evaluate(x),
  );
  // Its questions are answered, so that only points come out.
  return steps as Generator<Point, Minimum<unknown>>;
}

/** What a descent found, in the form of `x0`. */
export function minimumOf(
  { name }: Pick<Method, 'name'>,
  { place, derivatives }: Pick<Objective, 'place' | 'derivatives'>,
  { best, last, ...ending }: Ending,
): Minimum<unknown> {
  const form = ({ x, value, gradNorm }: Point): MinimumPoint<unknown> => ({
    x: place.arrays(x),
    value,
    gradNorm,
  });
  return { ...ending, best: form(best), last: form(last), method: name, derivatives };
}

export function methodOf(given: Method | Transform, bounds?: unknown): Method {
  const method = wayOf(given);
  if (bounds !== undefined && !method.bounded)
    throw misuse(`bounds: ${method.name} cannot keep to any; use method: lbfgs() or coordinateDescent()`);
  return method;
}

function wayOf(method: Method | Transform): Method {
  if (typeof method === 'object' && method !== null) {
    if ('descend' in method) return method;
    if ('update' in method) return byTransform(method);
  }
  throw misuse(
    `method must be an optimizer, as adam({ lr: 0.1 }), or a method, as lbfgs(); got ${called(method)}`,
  );
}
