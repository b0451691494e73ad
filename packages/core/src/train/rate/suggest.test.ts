import { describe, expect, it } from 'vitest';
import { curveOf, smoother, spread } from './curve.js';
import { intervalOf, suggestionsOf } from './suggest.js';

/** Falls along a logistic curve in ln lr, steepest at 1e-3; explodes from 0.3 on. */
const lossAt = (lr: number): number => 1 - 0.9 / (1 + (1e-3 / lr) ** 1.5) + (lr / 0.3) ** 3;
const rates = spread(1e-7, 10, 200);

function curve(loss: (lr: number) => number) {
  const smooth = rates.map(loss);
  const least = smooth.indexOf(smooth.reduce((a, b) => Math.min(a, b)));
  const end = smooth.findIndex((value, i) => i > least && value > 4 * smooth[least]!);
  return curveOf(rates, [{ seed: 0, raw: smooth, smooth: smooth.slice(0, end) }]);
}

describe('the readings of a curve', () => {
  const { steep, minimum, valley, slide } = suggestionsOf(curve(lossAt));
  const least = rates[rates.map(lossAt).indexOf(rates.map(lossAt).reduce((a, b) => Math.min(a, b)))]!;

  it('are where their names say', () => {
    expect(steep.lr / 1e-3).toBeCloseTo(1, 0);
    expect(minimum.lr).toBeCloseTo(least / 10, 12);
    // The fall begins where the readings do, a tenth of the way in, and ends at the least loss.
    const begin = rates[Math.floor(0.1 * curve(lossAt).rates.length)]!;
    expect(Math.log(valley.lr)).toBeCloseTo((Math.log(begin) + Math.log(least)) / 2, 0);
    expect(slide.lr).toBeGreaterThan(steep.lr);
    expect(slide.lr).toBeLessThan(least * 1.1);
  });

  it('do not depend on the unit of the loss', () => {
    expect(suggestionsOf(curve((lr) => 1e4 * lossAt(lr)))).toEqual({ steep, minimum, valley, slide });
  });

  it('tell how far single sweeps are apart', () => {
    const shifted = (by: number) => ({ seed: by, raw: rates, smooth: rates.map((lr) => lossAt(lr * by)) });
    const found = suggestionsOf(curveOf(rates, [1, 2, 0.5].map(shifted)));
    expect(found.steep.lr).toBeCloseTo(steep.lr, 4);
    expect(found.steep.low / found.steep.lr).toBeCloseTo(0.5, 1);
    expect(found.steep.high / found.steep.lr).toBeCloseTo(2, 0);
  });

  it('have an interval from where the loss begins to fall to where it is least', () => {
    const { low, high } = intervalOf(curve(lossAt));
    expect(high).toBe(least);
    expect(low).toBeLessThan(steep.lr / 3);
    expect(lossAt(low)).toBeLessThan(0.97);
  });
});

it('the average is that of what there is from the first loss on', () => {
  const next = smoother(0.9);
  expect([next(3), next(3)]).toEqual([3, expect.closeTo(3, 12)]);
  expect(next(6)).toBeCloseTo((3 * (0.081 + 0.09) + 6 * 0.1) / 0.271, 12);
});

it('the curve is the median, and ends where half of the sweeps have', () => {
  const sweep = (...smooth: number[]) => ({ seed: 0, raw: rates, smooth: Float64Array.from(smooth) });
  const { loss } = curveOf(rates, [sweep(1, 2, 3, 4), sweep(2, 3, 4), sweep(9, 9)]);
  expect([...loss]).toEqual([2, 3, 4]);
});
