import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accuracy, auc, confusionMatrix, likeliest, logLoss, macroF1, mae, r2, rmse } from './metrics.js';

// Figures marked "scikit-learn" are from scikit-learn 1.9.1, by the function named after them.

describe('errors of quantities', () => {
  const truth = [3, -0.5, 2, 7];
  const guess = Float32Array.of(2.5, 0, 2, 8);
  it('agree with scikit-learn', () => {
    expect(rmse(guess, truth)).toBeCloseTo(0.6123724356957945, 15); // root_mean_squared_error
    expect(mae(guess, truth)).toBe(0.5); // mean_absolute_error
    expect(r2(guess, truth)).toBeCloseTo(0.9486081370449679, 15); // r2_score
  });

  it('of the mean explain nothing, of the truth everything', () => {
    expect(r2([2, 2, 2], [1, 2, 3])).toBe(0);
    expect(r2(truth, truth)).toBe(1);
    expect(r2([5, 5], [5, 5])).toBe(1);
    expect(r2([5, 6], [5, 5])).toBe(0);
  });

  it.each([1e200, 1e-170])('are the same in a unit of %s', (unit) => {
    const [near, exact] = [guess, truth].map((values) => Array.from(values, (value) => unit * value));
    expect(rmse(near!, exact!) / unit).toBeCloseTo(rmse(guess, truth), 14);
    expect(r2(near!, exact!)).toBeCloseTo(r2(guess, truth), 14);
  });

  it('do not lose a small spread far from zero', () => {
    expect(r2([1e9, 1e9 + 1, 1e9 + 3], [1e9, 1e9 + 1, 1e9 + 2])).toBe(0.5);
  });
});

describe('accuracy', () => {
  it('is the share that is right', () => {
    expect(accuracy(Int32Array.of(0, 2, 2, 1), [0, 1, 2, 1])).toBe(0.75);
  });
});

describe('logLoss', () => {
  const probabilities = [0.7, 0.2, 0.1, 0.1, 0.8, 0.1, 0.2, 0.3, 0.5, 0.3, 0.4, 0.3];
  it('agrees with scikit-learn', () => {
    expect(logLoss(probabilities, [0, 1, 2, 2])).toBeCloseTo(0.6192346200347059, 15); // log_loss
    expect(logLoss([...probabilities, 0, 1, 0], [0, 1, 2, 2, 0])).toBeCloseTo(7.7041183738511965, 14); // log_loss
  });

  it('takes one probability a row for that of class 1', () => {
    expect(logLoss([0.25, 0.5], [1, 0])).toBeCloseTo(Math.log(8) / 2, 15);
    expect(logLoss([1, 0], [1, 0])).toBe(0);
  });

  it('refuses probabilities that do not fit the rows', () => {
    expect(() => logLoss([0.5, 0.5, 0.5], [0, 1])).toThrow('got 3 for 2 rows');
    expect(() => logLoss([], [])).toThrow('got 0 for 0 rows');
  });
});

describe('auc', () => {
  it('counts ties half, as scikit-learn does', () => {
    const scores = [0.1, 0.4, 0.35, 0.8, 0.4, 0.4, 0.9, 0.2];
    expect(auc(scores, [0, 0, 1, 1, 1, 0, 1, 0])).toBe(0.8125); // roc_auc_score
  });

  it('is what counting all pairs gives', () => {
    const rows = fc.array(fc.record({ score: fc.nat(8), label: fc.nat(1) }), { minLength: 2, maxLength: 40 });
    fc.assert(
      fc.property(rows, (sample) => {
        const of = (label: number) => sample.filter((row) => row.label === label).map((row) => row.score);
        const pairs = of(1).flatMap((s1) => of(0).map((s0) => (s1 > s0 ? 1 : s1 === s0 ? 0.5 : 0)));
        const expected = pairs.reduce((sum: number, win) => sum + win, 0) / pairs.length;
        const found = auc(
          sample.map((row) => row.score),
          sample.map((row) => row.label),
        );
        expect(found).toBe(expected);
      }),
    );
  });

  it('is no number when a class is absent', () => {
    expect(auc([0.1, 0.2], [1, 1])).toBeNaN();
  });

  it.each([0, 1])('is no number when a row of class %s has no score', (label) => {
    expect(auc([0.1, 0.7, Number.NaN], [0, 1, label])).toBeNaN();
  });
});

describe('confusionMatrix and macroF1', () => {
  const actual = [0, 1, 2, 2, 0, 1, 1, 0];
  const predicted = [0, 2, 2, 1, 0, 1, 1, 1];
  it('agree with scikit-learn', () => {
    const matrix = confusionMatrix(predicted, actual, 3); // confusion_matrix
    expect(matrix).toEqual([
      [2, 1, 0],
      [0, 2, 1],
      [0, 1, 1],
    ]);
    expect(macroF1(matrix)).toBeCloseTo(0.6238095238095238, 15); // f1_score(average='macro')
    expect(macroF1(confusionMatrix([0, 1, 0, 0], [0, 1, 1, 2], 3))).toBeCloseTo(0.38888888888888884, 15);
  });

  it('leave out classes that do not occur', () => {
    expect(macroF1(confusionMatrix([0, 1, 1], [0, 0, 1], 5))).toBeCloseTo(0.6666666666666666, 15);
  });

  it('refuse a class that is not there', () => {
    expect(() => confusionMatrix([0, 3], [0, 1], 3)).toThrow(
      'classes must be from 0 to 2, got 3 for 1 in row 2',
    );
  });
});

describe('likeliest', () => {
  it('takes the first of the highest scores', () => {
    expect([...likeliest(Float32Array.of(0.1, 0.9, 0.5, 0.5, 3, -1), 2)]).toEqual([1, 0, 0]);
  });
});

describe('metrics', () => {
  it('refuse lists of different lengths', () => {
    expect(() => rmse([1], [1, 2])).toThrow(
      'rmse: predictions and truth must have one length, at least 1; got 1 and 2',
    );
    expect(() => accuracy([], [])).toThrow('got 0 and 0');
    expect(() => auc([1], [])).toThrow('auc: predictions');
  });
});
