import { describe, expect, it } from 'vitest';
import type { TargetCode } from '../../data/target-code.js';
import { baselineOf, judge } from './judge.js';

const size: TargetCode = { task: 'regression', name: 'size', mean: 3, std: 2 };
const colour: TargetCode = { task: 'binary', name: 'colour', classes: ['blue', 'red'] };
const kind: TargetCode = { task: 'multiclass', name: 'kind', classes: ['a', 'b', 'c'] };

describe('scores', () => {
  it('of quantities are in their units', () => {
    const scores = judge(size, Float64Array.of(1, 4), Float64Array.of(1, 2));
    expect(scores).toEqual({ rmse: Math.SQRT2, mae: 1, r2: -7 });
  });

  it('of two classes come from the probability of the second', () => {
    expect(judge(colour, Float64Array.of(0.8, 0.4, 0.5), Int32Array.of(1, 1, 0))).toEqual({
      accuracy: 2 / 3,
      logLoss: expect.closeTo(-(Math.log(0.8) + Math.log(0.4) + Math.log(0.5)) / 3, 12),
      auc: 0.5,
      macroF1: expect.closeTo(2 / 3, 12),
      confusion: [
        [1, 0],
        [1, 1],
      ],
    });
  });

  it('have no area under the curve where one class is absent, or there are three', () => {
    expect(judge(colour, Float64Array.of(0.8, 0.4), Int32Array.of(1, 1))).not.toHaveProperty('auc');
    const thirds = Float64Array.of(0.6, 0.3, 0.1, 0.2, 0.3, 0.5);
    const scores = judge(kind, thirds, Int32Array.of(0, 2));
    expect(scores).toMatchObject({ accuracy: 1, logLoss: expect.closeTo(-Math.log(0.6 * 0.5) / 2, 12) });
    expect(scores).not.toHaveProperty('auc');
  });
});

describe('the baseline', () => {
  it('of a quantity is the mean of the training rows', () => {
    const truths = { train: Float64Array.of(1, 5), test: Float64Array.of(3, 6) };
    expect(baselineOf(size, truths)).toEqual({
      answer: 3,
      metrics: {
        train: { rmse: 2, mae: 2, r2: 0 },
        test: { rmse: Math.sqrt(4.5), mae: 1.5, r2: -1 },
      },
    });
  });

  it('of classes is the most frequent one, with the shares as probabilities', () => {
    const { answer, metrics } = baselineOf(colour, {
      train: Int32Array.of(1, 1, 1, 0),
      test: Int32Array.of(0, 1),
    });
    expect(answer).toBe('red');
    expect(metrics.test).toMatchObject({
      accuracy: 0.5,
      auc: 0.5,
      logLoss: expect.closeTo(-Math.log(0.75 * 0.25) / 2, 12),
    });
    const third = baselineOf(kind, { train: Int32Array.of(0, 2, 2, 1) });
    expect(third).toMatchObject({ answer: 'c', metrics: { train: { accuracy: 0.5 } } });
  });
});
