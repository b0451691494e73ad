import { describe, expect, it } from 'vitest';
import { backtracking } from './backtracking.js';
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
    expect(strongWolfe(uphill.evaluate, uphill.from, uphill.d, 1).failure?.why).toMatch(/^sufficient decrease/);
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
