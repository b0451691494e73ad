import { sameShape } from '../tensor/shape.js';
import { ShapeError } from '../tensor/shape-error.js';
import type { Tensor } from '../tensor/tensor.js';

/** The lowest and the highest value of a coordinate. */
export type Interval = readonly [low: number, high: number];

/** A point where a function has a minimum. */
export interface KnownMinimum {
  readonly at: readonly number[];
  readonly value: number;
}

/**
 * A function to go down, and what is known of it.
 *
 * @example
 * ```ts
 * import { minimize, problems } from '@downslope/core';
 * for (const { name, f, start, minima } of Object.values(problems.ofTwoVariables)) {
 *   const known = minima[0]?.value ?? Number.NEGATIVE_INFINITY;
 *   console.log(name, minimize(f, start).best.value, known); // the same where the start is in the deepest valley
 * }
 * ```
 */
export interface Problem {
  readonly name: string;
  /** In words of mathematics, as text: `(1 − x)² + 100(y − x²)²`. */
  readonly formula: string;
  /** Where it comes from. */
  readonly citation: string;
  /** Where the problem is posed: an interval for each coordinate, without ends where it is posed everywhere. */
  readonly domain: readonly Interval[];
  /** The part worth drawing, where that is not the whole domain. */
  readonly view?: readonly Interval[];
  /** Where to start: inside the domain, off every kink, and not where the gradient is 0. */
  readonly start: readonly number[];
  /** Known minima, the lowest first; one with a larger value is local. None: the function has no lower bound. */
  readonly minima: readonly KnownMinimum[];
  /** The function, of a vector with one element for each coordinate. */
  readonly f: (x: Tensor) => Tensor;
}

/** A problem whose function says so when it is given a vector of another length. */
export function problem(given: Problem): Problem {
  const shape = [given.domain.length];
  return {
    ...given,
    f: (x) => {
      if (sameShape(x.shape, shape)) return given.f(x);
      throw new ShapeError(`${given.name}: expected a vector of shape [${shape}], got [${x.shape}]`);
    },
  };
}

/** f(x, y) as a function of one vector. */
export const ofTwo =
  (f: (x: Tensor, y: Tensor) => Tensor) =>
  (at: Tensor): Tensor =>
    f(at.slice([0], [1]).reshape([]), at.slice([1], [2]).reshape([]));

/** The same interval for each of `n` coordinates. */
export const cube = (n: number, low: number, high: number): Interval[] =>
  Array.from({ length: n }, () => [low, high]);

/** M. Jamil and X.-S. Yang's collection, which most formulas and domains are from. */
export const SURVEY = 'M. Jamil and X.-S. Yang, IJMMNO 4(2), 2013, arXiv:1308.4008';
