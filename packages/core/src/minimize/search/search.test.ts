import { describe, expect, it } from 'vitest';
import { backtracking } from './backtracking.js';
import { eigen } from './eigen.js';
import { quadraticSteps } from './quadratic-step.js';
import { solve } from './solve.js';
import { strongWolfe } from './strong-wolfe.js';

/** Along the line x ↦ f(x), with its slope. */
const on = (f: (t: number) => number, slope: (t: number) => number) => {
  const evaluate = (x: Float64Array) => ({ value: f(x[0]!), gradient: Float64Array.of(slope(x[0]!)) });
  const x = Float64Array.of(0);
  return { evaluate, from: { x, ...evaluate(x) }, d: Float64Array.of(1) };
};

/** φ of J. Moré and D. Thuente, 1994, equation 5.1 (β = 2) and 5.3's oscillation on a slope. */
const LINES = {
  'a wide valley': on(
    (t) => -t / (t * t + 2),
    (t) => (t * t - 2) / (t * t + 2) ** 2,
  ),
  'a quartic that is flat at first': on(
    (t) => (t - 3) ** 4,
    (t) => 4 * (t - 3) ** 3,
  ),
  'a slope with ripples': on(
    (t) => (t - 5) ** 2 / 10 + Math.sin(6 * t) / 20,
    (t) => (t - 5) / 5 + (6 * Math.cos(6 * t)) / 20,
  ),
};

describe.each(Object.entries(LINES))('on %s', (_, { evaluate, from, d }) => {
  it.each([1e-3, 0.1, 1, 10, 1e3])('strongWolfe meets both conditions from a first length of %d', (first) => {
    const { t, value, gradient, failure } = strongWolfe(evaluate, from, d, first, { curvature: 0.1 });
    expect(failure).toBeUndefined();
    const slope = from.gradient[0]!;
    expect(value).toBeLessThanOrEqual(from.value + 1e-4 * t * slope);
    expect(Math.abs(gradient[0]!)).toBeLessThanOrEqual(0.1 * Math.abs(slope));
  });

  it.each([1, 100])('backtracking gives the first of %d, ½, ¼, … of it that decreases enough', (first) => {
    const { t, value } = backtracking(evaluate, from, d, first);
    const fits = (t: number): boolean =>
      evaluate(Float64Array.of(t)).value <= from.value + 1e-4 * t * from.gradient[0]!;
    expect(value).toBe(evaluate(Float64Array.of(t)).value);
    expect(fits(t)).toBe(true);
    for (let longer = 2 * t; longer <= first; longer *= 2) expect(fits(longer)).toBe(false);
  });
});

describe('strongWolfe', () => {
  it('comes back from where the function is not defined', () => {
    const { evaluate, from, d } = on(
      (t) => -Math.log(1 - t) - 2 * t,
      (t) => 1 / (1 - t) - 2,
    );
    const { t, failure } = strongWolfe(evaluate, from, d, 8);
    expect(failure).toBeUndefined();
    expect(t).toBeLessThan(1);
  });

  it('names the condition that it could not meet', () => {
    const uphill = on(
      (t) => t,
      () => -1,
    );
    expect(strongWolfe(uphill.evaluate, uphill.from, uphill.d, 1).failure?.why).toMatch(
      /^sufficient decrease/,
    );
    const endless = on(
      (t) => -t,
      () => -1,
    );
    expect(strongWolfe(endless.evaluate, endless.from, endless.d, 1).failure?.why).toMatch(/^curvature/);
    const wrongWay = strongWolfe(uphill.evaluate, uphill.from, Float64Array.of(-1), 1);
    expect(wrongWay).toMatchObject({ t: 0, failure: { why: 'the direction does not go down' } });
  });
});

describe('backtracking', () => {
  it('says that nothing decreases enough', () => {
    const { evaluate, from, d } = on(
      (t) => t,
      () => -1,
    );
    expect(backtracking(evaluate, from, d, 1).failure?.why).toMatch(/^sufficient decrease \(c = 0.0001\)/);
  });
});

describe('quadraticSteps', () => {
  const ones = (n: number): Float64Array => new Float64Array(n).fill(1);
  const matrix = (...columns: number[][]): Float64Array[] =>
    columns.map((column) => Float64Array.from(column));
  const model = (g: number[], b: Float64Array[], p: Float64Array): number =>
    p.reduce(
      (sum, pi, i) => sum + pi * (g[i]! + b.reduce((s, column, j) => s + column[i]! * p[j]!, 0) / 2),
      0,
    );

  it('is Newton’s step where that is short enough', () => {
    const steps = quadraticSteps(Float64Array.of(2, -3), matrix([4, 1], [1, 3]), ones(2));
    const { p, promised, onRim } = steps(10);
    // [4 1; 1 3]⁻¹·(−2, 3) = (−9, 14)/11
    expect(p[0]).toBeCloseTo(-9 / 11, 14);
    expect(p[1]).toBeCloseTo(14 / 11, 14);
    expect(promised).toBeCloseTo(30 / 11, 14);
    expect(onRim).toBe(false);
  });

  it.each([
    ['a bowl', [2, -3, 1], matrix([4, 1, 0], [1, 3, 1], [0, 1, 2])],
    ['a saddle', [2, -3, 1], matrix([4, 1, 0], [1, -3, 1], [0, 1, 2])],
    ['a hill', [0.1, 0.2, -0.1], matrix([-4, 1, 0], [1, -3, 1], [0, 1, -2])],
    ['a saddle without slope along its way down', [0, 0, 1], matrix([4, 0, 0], [0, -3, 0], [0, 0, 2])],
    ['a flat', [1, 2, 3], matrix([0, 0, 0], [0, 0, 0], [0, 0, 0])],
  ])('on %s, no point of the region is lower', (_, g, b) => {
    for (const radius of [0.01, 0.3, 2]) {
      const d = Float64Array.of(1, 2, 0.5);
      const { p, promised } = quadraticSteps(Float64Array.from(g), b, d)(radius);
      const length = Math.hypot(...p.map((pi, i) => pi * d[i]!));
      expect(length).toBeLessThanOrEqual(1.001 * radius);
      expect(model(g, b, p)).toBeCloseTo(-promised, 12);
      for (let i = 0; i < 400; i++) {
        const at = Float64Array.from([i, 2 * i + 1, 5 * i + 2], (k) => Math.sin(k * 12.9898));
        const size =
          (length / Math.hypot(...at.map((x, i) => x * d[i]!))) * (i % 2 ? 1 : Math.abs(Math.sin(i)));
        const other = model(
          g,
          b,
          at.map((x) => x * size),
        );
        expect(other).toBeGreaterThanOrEqual(-promised - 1e-3 * Math.abs(promised));
      }
    }
  });
});

describe('eigen', () => {
  it('takes a symmetric matrix apart, small eigenvalues beside large ones', () => {
    const rows = [
      [1e8, 2, 3e-3],
      [2, 5, 1e-4],
      [3e-3, 1e-4, 1e-6],
    ].map((row) => Float64Array.from(row));
    const { values, vectors } = eigen(rows);
    vectors.forEach((v, k) => {
      expect(Math.hypot(...v)).toBeCloseTo(1, 14);
      rows.forEach((row, i) => {
        const product = row.reduce((sum, a, j) => sum + a * v[j]!, 0);
        expect(Math.abs(product - values[k]! * v[i]!)).toBeLessThan(1e-7);
      });
    });
    // By mpmath, in 40 digits.
    expect(Math.min(...values) / 9.979999119847997e-7).toBeCloseTo(1, 8);
  });
});

describe('solve', () => {
  it('exchanges rows where a pivot is 0', () => {
    const rows = [Float64Array.of(0, 2), Float64Array.of(3, 1)];
    expect([...solve(rows, Float64Array.of(4, 5))]).toEqual([1, 2]);
  });
});
