import { describe, expect, it } from 'vitest';
import { correlation, moments, quantiles } from './stats.js';
import { allRows } from './table.js';

const X = [2, 3, 5, 7, 11, 13, 17, 100];

describe('moments', () => {
  it('agrees with numpy and scipy', () => {
    const found = moments(X, allRows(8));
    expect(found).toMatchObject({ count: 8, missing: 0, infinite: 0, min: 2, max: 100, mean: 19.75 });
    expect(found.std).toBeCloseTo(30.711357833869865, 13); // numpy.std
    expect(found.skewness).toBeCloseTo(2.15870946418225, 13); // scipy.stats.skew
  });

  it('counts what is not finite apart, and looks at the given rows only', () => {
    const values = [1, Number.NaN, Infinity, 3, -Infinity, 99];
    expect(moments(values, allRows(5))).toMatchObject({ count: 2, missing: 1, infinite: 2, mean: 2, std: 1 });
  });

  it('sees a constant as one, whatever rounding says', () => {
    expect(moments(Array(10).fill(0.1), allRows(10))).toMatchObject({ mean: 0.1, std: 0, skewness: 0 });
  });

  it('keeps its digits far from zero', () => {
    const far = [1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16];
    expect(moments(far, allRows(4))).toMatchObject({ mean: 1e9 + 10, std: Math.sqrt(22.5) });
  });

  it.each([1e200, 1e-170])('knows a spread whose square no number holds: %s', (unit) => {
    const found = moments(
      X.map((value) => unit * value),
      allRows(8),
    );
    expect(found.std / unit).toBeCloseTo(30.711357833869865, 12);
    expect(found.skewness).toBeCloseTo(2.15870946418225, 12);
  });

  it('says NaN of nothing', () => {
    expect(moments([Number.NaN], allRows(1))).toMatchObject({
      count: 0,
      missing: 1,
      mean: Number.NaN,
      std: 0,
    });
  });
});

describe('quantiles', () => {
  it('interpolates as numpy does', () => {
    expect(quantiles(X, allRows(8), [0, 0.25, 0.5, 0.9, 1])).toEqual([
      2,
      4.5,
      9,
      expect.closeTo(41.9, 12),
      100,
    ]);
  });

  it('leaves out what is not finite', () => {
    expect(quantiles([Number.NaN, 3, Infinity, 1], allRows(4), [0.5])).toEqual([2]);
    expect(quantiles([Number.NaN], allRows(1), [0.5])).toEqual([Number.NaN]);
  });

  it('samples long columns evenly', () => {
    const [middle] = quantiles(allRows(1_000_000), allRows(1_000_000), [0.5]);
    expect(Math.abs(middle! - 500_000)).toBeLessThan(20);
  });
});

describe('correlation', () => {
  it('agrees with numpy', () => {
    expect(correlation(X, [1, 4, 2, 8, 5, 7, 1, 3])).toBeCloseTo(-0.11403348072744941, 14); // numpy.corrcoef
  });
  it('is 1 for a straight line, 0 for a constant, and skips missing cells', () => {
    expect(correlation([1, 2, Number.NaN, 3], [5, 7, 100, 9])).toBe(1);
    expect(correlation([1, 1], [2, 3])).toBe(0);
  });
  it('is the same in any unit', () => {
    const Y = [1, 4, 2, 8, 5, 7, 1, 3];
    const [huge, tiny] = [X.map((value) => 1e200 * value), Y.map((value) => 1e-170 * value)];
    expect(correlation(huge, tiny)).toBeCloseTo(correlation(X, Y), 14);
  });
});
