import { classScores, quantityScores, random } from '@downslope/core';
import { describe, expect, it } from 'vitest';
import { intervalsOf, wilson } from './intervals.js';

const noisy = (rows: number, seed: number) => {
  const dice = random(seed, 'noise');
  const actual = Float64Array.from({ length: rows }, () => dice.normal());
  const predicted = actual.map((value) => value + 0.5 * dice.normal());
  return { rows: Int32Array.from(actual, (_, row) => row), actual, predicted };
};

describe('the intervals of scores', () => {
  it('hold the true score in about 95% of samples', () => {
    const hits = Array.from({ length: 40 }, (_, seed) => {
      const sample = noisy(60, seed);
      const [low, high] = intervalsOf(sample, undefined, quantityScores(sample.predicted, sample.actual))
        .rmse!;
      return low < 0.5 && 0.5 < high;
    }).filter(Boolean).length;
    expect(hits).toBeGreaterThanOrEqual(34);
    expect(hits).toBeLessThanOrEqual(39);
  });

  it('are as narrow of very many rows as theory says, though fewer are drawn', () => {
    const sample = noisy(100_000, 1);
    const scores = quantityScores(sample.predicted, sample.actual);
    const [low, high] = intervalsOf(sample, undefined, scores).rmse!;
    expect(low).toBeLessThan(scores.rmse);
    expect(high).toBeGreaterThan(scores.rmse);
    // The standard error of the standard deviation of normal errors is σ/√(2n).
    const ratio = (high - low) / (2 * 1.96) / (0.5 / Math.sqrt(200_000));
    expect(ratio).toBeGreaterThan(0.8);
    expect(ratio).toBeLessThan(1.25);
  });

  it('are the same every time', () => {
    const sample = noisy(80, 3);
    const scores = quantityScores(sample.predicted, sample.actual);
    expect(intervalsOf(sample, undefined, scores)).toEqual(intervalsOf(sample, undefined, scores));
  });

  it('are left out where nothing varies, and of accuracy are those of Wilson', () => {
    const actual = Int32Array.from({ length: 51 }, (_, row) => row % 2);
    const sure = { rows: actual, actual, predicted: Float64Array.from(actual) };
    const found = intervalsOf(sure, 2, classScores(sure.predicted, actual, 2));
    expect(Object.keys(found)).toEqual(['accuracy']);
    // 51/(51 + 1.96²) = 0.92995, as of statsmodels' proportion_confint(51, 51, method='wilson')
    expect(found.accuracy![0]).toBeCloseTo(0.92995, 5);
    expect(found.accuracy![1]).toBe(1);
  });

  it('by Wilson are those of the textbook', () => {
    // statsmodels: proportion_confint(9, 10, method='wilson')
    expect(wilson(9, 10).map((end) => Number(end.toFixed(4)))).toEqual([0.5958, 0.9821]);
  });
});
