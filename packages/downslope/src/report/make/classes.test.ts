import { auc, classScores, random } from '@downslope/core';
import { describe, expect, it } from 'vitest';
import { classView } from './classes.js';

const dice = random(5, 'classes');
const actual = Int32Array.from({ length: 400 }, () => (dice.uniform() < 0.1 ? 1 : 0));
/** Calibrated by what they are made of, with ties. */
const predicted = Float64Array.from(
  actual,
  (label) => Math.round(10 * (0.6 * dice.uniform() + 0.4 * label)) / 10,
);
const sample = { rows: actual, actual, predicted };
const view = classView(sample, ['no', 'yes'], classScores(predicted, actual, 2));

const area = (xs: readonly number[], ys: readonly number[]): number =>
  xs.slice(1).reduce((sum, x, i) => sum + ((x - xs[i]!) * (ys[i]! + ys[i + 1]!)) / 2, 0);

describe('pictures of classes', () => {
  it('have a ROC curve whose area is the AUC', () => {
    const [roc, ...others] = view.roc;
    expect(others).toEqual([]);
    expect(roc!.name).toBe('yes');
    expect(roc!.area).toBe(auc(predicted, actual));
    expect(area(roc!.falsePositive, roc!.truePositive)).toBeCloseTo(roc!.area, 4);
    expect([roc!.falsePositive.at(0), roc!.truePositive.at(0)]).toEqual([0, 0]);
    expect([roc!.falsePositive.at(-1), roc!.truePositive.at(-1)]).toEqual([1, 1]);
  });

  it('show precision against recall of a rare class only', () => {
    const [rare] = view.precisionRecall;
    const share = actual.reduce((sum, label) => sum + label, 0) / actual.length;
    expect(rare).toMatchObject({ name: 'yes', share });
    expect(rare!.precision.at(-1)).toBeCloseTo(share, 4);
    expect(rare!.recall.at(-1)).toBe(1);
    const even = actual.map((_, row) => row % 2);
    expect(
      classView({ ...sample, actual: even }, ['no', 'yes'], classScores(predicted, even, 2)).precisionRecall,
    ).toEqual([]);
  });

  it('have an average precision as scikit-learn has it', () => {
    // average_precision_score([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]) = 0.8333…
    const few = {
      rows: new Int32Array(14),
      actual: Int32Array.of(0, 0, 1, 1),
      predicted: Float64Array.of(0.1, 0.4, 0.35, 0.8),
    };
    // Ten rows more that score lowest and are not of the class change recall and precision nowhere above them.
    const padded = {
      rows: few.rows,
      actual: Int32Array.from({ length: 14 }, (_, i) => few.actual[i] ?? 0),
      predicted: Float64Array.from({ length: 14 }, (_, i) => few.predicted[i] ?? 0),
    };
    const { precisionRecall } = classView(
      padded,
      ['a', 'b'],
      classScores(padded.predicted, padded.actual, 2),
    );
    expect(precisionRecall[0]!.area).toBeCloseTo(5 / 6, 12);
  });

  it('compare probabilities with shares', () => {
    const { bins, error, of } = view.calibration;
    expect(of).toBe('probability of yes');
    expect(bins.reduce((sum, { rows }) => sum + rows, 0)).toBe(400);
    for (const { observed, interval } of bins) {
      expect(interval[0]).toBeLessThanOrEqual(observed);
      expect(interval[1]).toBeGreaterThanOrEqual(observed);
    }
    expect(error).toBeGreaterThan(0.05);
    const always = { ...sample, predicted: new Float64Array(400).fill(0.1) };
    const share = actual.reduce((sum, label) => sum + label, 0) / 400;
    expect(
      classView(always, ['no', 'yes'], classScores(always.predicted, actual, 2)).calibration.error,
    ).toBeCloseTo(Math.abs(share - 0.1), 12);
  });

  it('leave out curves of a class that does not occur', () => {
    const none = new Int32Array(400);
    const { roc } = classView({ ...sample, actual: none }, ['no', 'yes'], classScores(predicted, none, 2));
    expect(roc).toEqual([]);
  });
});
