import type { Tensor } from '../tensor/tensor.js';
import { cube, type Problem, problem } from './problem.js';

/**
 * A sum of squares: f(x) = Σ rᵢ(x)². Its formula is that of the residuals.
 *
 * @example
 * ```ts
 * import { leastSquares, problems } from '@downslope/core';
 * for (const { name, residuals, start, minima } of Object.values(problems.fits))
 *   console.log(name, leastSquares(residuals, start).best.value, minima[0]?.value);
 * ```
 */
export interface LeastSquaresProblem extends Problem {
  /** r(x), a vector. */
  readonly residuals: (x: Tensor) => Tensor;
}

/** A sum of squares over all of space, from J. Moré, B. Garbow and K. Hillstrom's collection. */
export function sumOfSquares(
  given: Pick<LeastSquaresProblem, 'name' | 'formula' | 'start' | 'minima' | 'residuals'>,
): LeastSquaresProblem {
  const { residuals, ...rest } = given;
  const made = problem({
    ...rest,
    citation: 'J. Moré, B. Garbow and K. Hillstrom, ACM TOMS 7(1), 1981, doi:10.1145/355934.355936',
    domain: cube(given.start.length, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY),
    f: (x) => residuals(x).square().sum(),
  });
  return { ...made, residuals };
}

/** Residuals written with x₁, x₂, … as a function of one vector. */
export const ofEach =
  (residuals: (...x: [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor]) => readonly Tensor[]) =>
  (at: Tensor): Tensor => {
    const x = range(at.size, (i) => at.slice([i - 1], [i]).reshape([]));
    const parts = residuals(...(x as Parameters<typeof residuals>)).map((part) => part.reshape([-1]));
    return parts[0]!.concat(parts.slice(1));
  };

/** Something for each of 1 … n. */
export const range = <T>(n: number, of: (i: number) => T): T[] =>
  Array.from({ length: n }, (_, i) => of(i + 1));
