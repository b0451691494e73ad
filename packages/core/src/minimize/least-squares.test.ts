import { describe, expect, it } from 'vitest';
import { equations, fits, type LeastSquaresProblem } from '../problems/index.js';
import type { Tensor } from '../tensor/tensor.js';
import scipy from './golden/scipy-lbfgsb.json' with { type: 'json' };
import { leastSquares } from './least-squares.js';
import { minimize } from './minimize.js';
import { gradTol, lossTol, maxSteps } from './stop.js';

const t = [0, 1, 2, 3, 4];
const decay = ({ height, rate }: { height: Tensor; rate: Tensor }): Tensor =>
  rate.mul(t).neg().exp().mul(height);

describe('leastSquares', () => {
  it('finds the parameters that measurements were made with', () => {
    const y = t.map((t) => 5 * Math.exp(-0.5 * t));
    const { best, status, method } = leastSquares((p: Parameters<typeof decay>[0]) => decay(p).sub(y), {
      height: 1,
      rate: 1,
    });
    expect(best.x.height).toBeCloseTo(5, 12);
    expect(best.x.rate).toBeCloseTo(0.5, 12);
    expect(['gradTol', 'stepTol', 'lossTol']).toContain(status);
    expect(method).toBe('levenbergMarquardt');
  });

  it('solves a linear problem in one step, at the normal equation’s solution', () => {
    // y = a + bx over x = 0, 1, 2 and y = 1, 2, 4: b = 3/2, a = 5/6, Σr² = 1/6
    const { best, path } = leastSquares(
      ({ a, b }: { a: Tensor; b: Tensor }) => b.mul([0, 1, 2]).add(a).sub([1, 2, 4]),
      { a: 0, b: 0 },
      { path: true },
    );
    expect(path![1]!.value).toBeCloseTo(1 / 6, 14);
    expect(best.x.a).toBeCloseTo(5 / 6, 14);
    expect(best.x.b).toBeCloseTo(3 / 2, 14);
    expect(best.value).toBeCloseTo(1 / 6, 14);
  });

  it('takes residuals from a list or record of tensors', () => {
    const { best } = leastSquares((x: Tensor) => ({ a: x.sub([1, 2]), b: [x.sum().sub(3)] }), [0, 0]);
    expect([...best.x.data].map((v) => v.toFixed(9))).toEqual(['1.000000000', '2.000000000']);
  });

  it('goes its way where a parameter has no influence', () => {
    const { best } = leastSquares((x: Tensor) => x.mul([1, 0]).sub([3, 1]), [0, 7]);
    expect(best.x.data[0]).toBeCloseTo(3, 12);
    expect(best.value).toBeCloseTo(1, 12);
  });

  it('keeps to further stopping rules', () => {
    const { status, steps } = leastSquares((x: Tensor) => x.square().sub([2, 3]), [9, 9], {
      stop: maxSteps(2),
    });
    expect([status, steps]).toEqual(['maxSteps', 2]);
  });

  it('refuses fewer residuals than parameters', () => {
    expect(() => leastSquares((x: Tensor) => x.sum(), [1, 2])).toThrow(
      'needs at least as many residuals as parameters, got 1 for 2',
    );
  });
});

/** Local minima that count as well, where a descent from the standard start may end. */
const LOCAL: Readonly<Record<string, readonly number[]>> = {
  freudensteinRoth: [48.98425367924003],
  bard: [17.42869333],
  kowalikOsborne: [1.02734e-3],
  biggsExp6: [5.65565e-3, 0.3063667726],
  trigonometric: [2.795056e-5],
};

/** f − f* ≤ 1e-6·max(1, |f*|) for one of the minima. */
const isSolved = (name: string, { minima }: LeastSquaresProblem, value: number): boolean =>
  [...minima.map((minimum) => minimum.value), ...(LOCAL[name] ?? [])].some(
    (minimum) => Math.abs(value - minimum) <= 1e-6 * Math.max(1, Math.abs(minimum)),
  );

const problems = Object.entries<LeastSquaresProblem>({ ...equations, ...fits });

type Name = keyof typeof scipy.defaults;
type Runs = Readonly<Record<string, { readonly evaluations: number; readonly value: number }>>;
const sum = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0);
const evaluationsOf = (runs: Runs): number => sum(Object.values(runs).map(({ evaluations }) => evaluations));
const solvedBy = (runs: Runs): string[] =>
  problems.filter(([name, problem]) => isSolved(name, problem, runs[name]!.value)).map(([name]) => name);

describe('the problems of Moré, Garbow and Hillstrom', () => {
  it.each(problems)('%s is solved by leastSquares', (name, problem) => {
    const { best } = leastSquares(problem.residuals, problem.start);
    expect(isSolved(name, problem, best.value)).toBe(true);
  });

  it('all are solved by leastSquares with no more evaluations than scipy’s L-BFGS-B takes, which solves 15', () => {
    const runs = problems.map(([name, { residuals, start }]) => ({
      name,
      ...leastSquares(residuals, start),
    }));
    expect(sum(runs.map(({ evaluations }) => evaluations))).toBeLessThanOrEqual(
      evaluationsOf(scipy.defaults),
    );
    expect(solvedBy(scipy.defaults)).toHaveLength(15);
  });

  it('all but Meyer’s are solved by L-BFGS', () => {
    const left = problems.filter(
      ([name, problem]) => !isSolved(name, problem, minimize(problem.f, problem.start).best.value),
    );
    // Badly scaled; scipy's L-BFGS-B ends at the same place.
    expect(left.map(([name]) => name)).toEqual(['meyer']);
  });

  it('told to stop as scipy does, L-BFGS takes about as many evaluations where scipy reaches the minimum', () => {
    const stop = [gradTol(1e-5), lossTol({ relative: 1e7 * Number.EPSILON })];
    const easy = problems.filter(([name]) => solvedBy(scipy.defaults).includes(name));
    const runs = easy.map(([, { f, start }]) => minimize(f, start, { stop }).evaluations);
    const theirs = Object.fromEntries(easy.map(([name]) => [name, scipy.defaults[name as Name]]));
    expect(sum(runs)).toBeLessThanOrEqual(1.05 * evaluationsOf(theirs));
  });
});
