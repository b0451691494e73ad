import { misuse } from '../tensor/errors.js';
import { cube, type Problem, problem, SURVEY } from './problem.js';

/**
 * The sphere in `n` dimensions: f(x) = Σ xᵢ². Every method should solve it; gradient descent with a rate of ½ does so in
 * one step.
 *
 * @param n how many coordinates, a positive integer
 * @throws when `n` is not a positive integer
 */
export function sphereIn(n: number): Problem {
  checkSize('sphereIn', n, 1);
  return problem({
    name: 'Sphere',
    formula: 'Σ xᵢ²',
    citation: SURVEY,
    domain: cube(n, -5.12, 5.12),
    start: fill(n, (i) => (i % 2 === 0 ? 4 : -3)),
    minima: [{ at: fill(n, () => 0), value: 0 }],
    f: (x) => x.square().sum(),
  });
}

/**
 * A quadratic whose Hessian has the given eigenvalues: f(x) = ½ Σ λᵢ yᵢ², where y = x − 2·mean(x) is x mirrored along the
 * diagonal, so that no coordinate is an eigenvector (but in two dimensions, where the mirror swaps the axes).
 *
 * @param eigenvalues λ, all positive; {@link spectrum} spreads them over a condition number
 * @throws when there is none, or one of them is not a positive number
 * @example
 * ```ts
 * import { lbfgs, minimize, problems } from '@downslope/core';
 * const { f, start } = problems.quadratic(problems.spectrum(10, 1e4));
 * console.log(minimize(f, start, { method: lbfgs() }).best.value < 1e-8); // true
 * ```
 */
export function quadratic(eigenvalues: readonly number[]): Problem {
  const n = eigenvalues.length;
  const wrong = eigenvalues.find((value) => !(value > 0 && value < Number.POSITIVE_INFINITY));
  if (n === 0 || wrong !== undefined)
    throw misuse(`quadratic: eigenvalues must be positive numbers, got ${wrong ?? 'none'}`);
  return problem({
    name: 'Quadratic',
    formula: '½ Σ λᵢ(xᵢ − 2·mean(x))²',
    citation: 'a quadratic of given curvature',
    domain: cube(n, -5, 5),
    start: fill(n, (i) => (i % 2 === 0 ? 2 : -1)),
    minima: [{ at: fill(n, () => 0), value: 0 }],
    f: (x) => x.sub(x.mean().mul(2)).square().mul(eigenvalues).sum().div(2),
  });
}

/**
 * `n` numbers from 1 to κ, each the same factor above the one before: the eigenvalues of a matrix of condition number κ.
 *
 * @throws when `n` is not an integer of at least 2, or κ not a number of at least 1
 */
export function spectrum(n: number, kappa: number): number[] {
  checkSize('spectrum', n, 2);
  if (!(kappa >= 1 && kappa < Number.POSITIVE_INFINITY))
    throw misuse(`spectrum: kappa must be a number of at least 1, got ${kappa}`);
  return fill(n, (i) => kappa ** (i / (n - 1)));
}

/**
 * Rosenbrock's valley in `n` dimensions: f(x) = Σ 100(xᵢ₊₁ − xᵢ²)² + (1 − xᵢ)². Easy to get into, slow to get along: the
 * floor is bent and nearly flat. From 4 dimensions on there is a local minimum too, near (−1, 1, …, 1).
 *
 * @param n how many coordinates, at least 2
 * @throws when `n` is not an integer of at least 2
 */
export function rosenbrockIn(n: number): Problem {
  checkSize('rosenbrockIn', n, 2);
  return problem({
    name: 'Rosenbrock',
    formula: 'Σ 100(xᵢ₊₁ − xᵢ²)² + (1 − xᵢ)²',
    citation: 'H. Rosenbrock, The Computer Journal 3(3), 1960',
    domain: [[-2, 2], ...cube(n - 1, -1, 3)],
    start: fill(n, (i) => (i === 0 ? -1.2 : 1)),
    minima: [{ at: fill(n, () => 1), value: 0 }],
    f: (x) => {
      const here = x.slice([0], [n - 1]);
      const next = x.slice([1]);
      const valley = next.sub(here.square()).square().mul(100);
      return valley.add(here.sub(1).square()).sum();
    },
  });
}

/**
 * Rastrigin's function in `n` dimensions: f(x) = 10n + Σ (xᵢ² − 10 cos 2πxᵢ). A bowl full of pits, one near every point of
 * whole numbers: a descent ends in the one where it started.
 *
 * @param n how many coordinates, a positive integer
 * @throws when `n` is not a positive integer
 */
export function rastriginIn(n: number): Problem {
  checkSize('rastriginIn', n, 1);
  return problem({
    name: 'Rastrigin',
    formula: '10n + Σ (xᵢ² − 10 cos 2πxᵢ)',
    citation: 'L. Rastrigin, Systems of Extremal Control, 1974',
    domain: cube(n, -5.12, 5.12),
    start: fill(n, (i) => (i % 2 === 0 ? 2.3 : -1.7)),
    minima: [{ at: fill(n, () => 0), value: 0 }],
    f: (x) =>
      x
        .square()
        .sub(
          x
            .mul(2 * Math.PI)
            .cos()
            .mul(10),
        )
        .sum()
        .add(10 * n),
  });
}

/**
 * Ackley's function in `n` dimensions: f(x) = 20 + e − 20 exp(−0.2 √mean(x²)) − exp(mean(cos 2πx)). Nearly flat far out,
 * pitted, and with a cusp at the minimum, where the gradient is taken to be 0.
 *
 * @param n how many coordinates, a positive integer
 * @throws when `n` is not a positive integer
 */
export function ackleyIn(n: number): Problem {
  checkSize('ackleyIn', n, 1);
  return problem({
    name: 'Ackley',
    formula: '20 + e − 20 exp(−0.2 √mean(x²)) − exp(mean(cos 2πx))',
    citation: 'D. Ackley, A Connectionist Machine for Genetic Hillclimbing, 1987',
    domain: cube(n, -32, 32),
    view: cube(n, -5, 5),
    start: fill(n, (i) => (i % 2 === 0 ? 2.6 : -1.7)),
    minima: [{ at: fill(n, () => 0), value: 0 }],
    f: (x) => {
      const bowl = x
        .norm()
        .mul(-0.2 / Math.sqrt(n))
        .exp()
        .sub(1)
        .mul(-20);
      const pits = x
        .mul(2 * Math.PI)
        .cos()
        .mean()
        .exp()
        .sub(Math.E);
      return bowl.sub(pits);
    },
  });
}

/**
 * The Styblinski–Tang function in `n` dimensions: f(x) = ½ Σ (xᵢ⁴ − 16xᵢ² + 5xᵢ). Two minima along each coordinate, the left
 * one the lower: 2ⁿ in all, of which the global one is listed.
 *
 * @param n how many coordinates, a positive integer
 * @throws when `n` is not a positive integer
 */
export function styblinskiTangIn(n: number): Problem {
  checkSize('styblinskiTangIn', n, 1);
  return problem({
    name: 'Styblinski–Tang',
    formula: '½ Σ (xᵢ⁴ − 16xᵢ² + 5xᵢ)',
    citation: 'M. Styblinski and T.-S. Tang, Neural Networks 3(4), 1990',
    domain: cube(n, -5, 5),
    start: fill(n, (i) => (i % 2 === 0 ? -1 : -4.5)),
    minima: [{ at: fill(n, () => -2.903534027771177), value: -39.16616570377141 * n }],
    f: (x) => {
      const squares = x.square();
      return squares.sub(16).mul(squares).add(x.mul(5)).sum().div(2);
    },
  });
}

const fill = (n: number, of: (i: number) => number): number[] => Array.from({ length: n }, (_, i) => of(i));

function checkSize(user: string, n: number, least: number): void {
  if (!Number.isInteger(n) || n < least)
    throw misuse(`${user}: n must be an integer of at least ${least}, got ${n}`);
}
