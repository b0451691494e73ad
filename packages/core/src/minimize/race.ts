import { checkNames } from '../data/names.js';
import { OPTIMIZERS } from '../optim/registry.js';
import { check, count } from '../tensor/checks.js';
import { misuse } from '../tensor/errors.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Like, Values } from '../tensor/values.js';
import { type Minimum, minimize } from './minimize.js';
import { maxEvaluations } from './stop.js';

/** The name of an optimizer that races. */
export type Runner = keyof typeof OPTIMIZERS;

export interface RaceOptions {
  /** Who races (default: every optimizer). */
  readonly optimizers?: readonly Runner[];
  /** Evaluations of f with its gradient that each run may take (default 500). */
  readonly evaluations?: number;
  /** Learning rates that each tries (default: 1, 3 and 10 to every power of ten from 1e-5 to 10). */
  readonly rates?: readonly number[];
}

/** How one of them did at its best learning rate. */
export interface Placing<X> {
  readonly name: Runner;
  readonly lr: number;
  readonly minimum: Minimum<X>;
  /** Evaluations spent on all its rates together. */
  readonly evaluations: number;
}

const RATES = [-5, -4, -3, -2, -1, 0].flatMap((power) => [10 ** power, 3 * 10 ** power]).concat(10);

/**
 * Lets optimizers race down a function: each tries the same learning rates from the same start, every run may evaluate f and its
 * gradient equally often, and each is judged by the lowest value that it saw at its best rate.
 *
 * A race says who is fast on this function from this start, no more: one that wins on a bowl may lose in a valley.
 *
 * @param f in tensor methods
 * @param x0 where all start
 * @param options `optimizers`, `evaluations`, `rates`
 * @returns the ranking, the lowest value first
 * @throws when an option is out of range or unknown, and where `minimize` would
 * @example
 * ```ts
 * import { problems, race } from '@downslope/core';
 * const { f, start } = problems.rosenbrock;
 * for (const { name, lr, minimum } of race(f, start, { optimizers: ['sgd', 'adam', 'adagrad'], evaluations: 200 }))
 *   console.log(name, lr, minimum.best.value);
 * ```
 */
export function race<P, V extends Values<P>>(
  f: (params: P) => Tensor,
  x0: V,
  options: RaceOptions = {},
): Placing<Like<V>>[] {
  return [...heats(f, x0, options)].sort(byValue);
}

/** As {@link race}, one optimizer after another, in no order; for those who want to look on, or leave early. */
export function* heats<P, V extends Values<P>>(
  f: (params: P) => Tensor,
  x0: V,
  options: RaceOptions = {},
): Generator<Placing<Like<V>>> {
  checkNames('race', options, ['optimizers', 'evaluations', 'rates']);
  const all = Object.keys(OPTIMIZERS) as Runner[];
  const { optimizers = all, evaluations = 500, rates = RATES } = options;
  check('race: evaluations', evaluations, count);
  if (rates.length === 0) throw misuse('race: rates must not be empty');
  const unknown = optimizers.find((name) => !Object.hasOwn(OPTIMIZERS, name));
  if (unknown !== undefined)
    throw misuse(`race: optimizers must be among ${all.join(', ')}, got '${unknown}'`);
  for (const name of optimizers) {
    const runs = rates.map((lr) => ({
      lr,
      minimum: minimize<P, V>(f, x0, {
        method: OPTIMIZERS[name]({ lr }),
        stop: maxEvaluations(evaluations),
      }),
    }));
    const best = runs.reduce((a, b) => (b.minimum.best.value < a.minimum.best.value ? b : a));
    yield { name, ...best, evaluations: runs.reduce((sum, { minimum }) => sum + minimum.evaluations, 0) };
  }
}

/** The lowest value first; of equal ones the sooner. */
export const byValue = (a: Placing<unknown>, b: Placing<unknown>): number =>
  a.minimum.best.value - b.minimum.best.value || a.minimum.steps - b.minimum.steps;
