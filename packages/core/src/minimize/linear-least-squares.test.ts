import { describe, expect, it } from 'vitest';
import { random } from '../data/random.js';
import { linearLeastSquares } from './linear-least-squares.js';

const numbers = random(1, 'table');
const x = Array.from({ length: 60 }, () => [numbers.normal(), 3 * numbers.normal()]);
const y = x.map(([a, b]) => 2 * a! - b! + 5);

describe('linearLeastSquares', () => {
  it.each(['qr', 'normal'] as const)('finds the weights, by %s and by descent', (by) => {
    const fit = linearLeastSquares(x, y, { by });
    expect([...fit.weights]).toEqual([expect.closeTo(2, 12), expect.closeTo(-1, 12)]);
    expect(fit.intercept).toBeCloseTo(5, 12);
    expect(fit.loss).toBeLessThan(1e-24);
    expect(fit.closedForm.by).toBe(by);
    expect(fit.descent.loss).toBeLessThan(1e-8);
  });

  it('agrees with a line by hand: slope 340000/2500000 through (2000, 342), squared residuals 36 + 36 + 64 + 100 + 4', () => {
    const sizes = [1000, 1500, 2000, 2500, 3000];
    const prices = [200, 280, 350, 400, 480];
    const { weights, intercept, loss, conditionNumber } = linearLeastSquares(
      sizes.map((s) => [s]),
      prices,
    );
    expect(weights[0]).toBeCloseTo(0.136, 12);
    expect(intercept).toBeCloseTo(70, 8);
    expect(loss).toBeCloseTo(48, 9);
    // 2XᵀX/m = [[9e6, 4000], [4000, 2]]
    const [half, root] = [(9e6 + 2) / 2, Math.sqrt(((9e6 - 2) / 2) ** 2 + 4000 ** 2)];
    expect(conditionNumber / ((half + root) ** 2 / (9e6 * 2 - 4000 ** 2))).toBeCloseTo(1, 6);
  });

  it('predicts the steps of the descent, and counts what both ways cost', () => {
    const { closedForm, descent, conditionNumber } = linearLeastSquares(x, y);
    expect(conditionNumber).toBeGreaterThan(5);
    expect(descent.steps / descent.best.steps).toBeGreaterThan(0.8);
    expect(descent.steps / descent.best.steps).toBeLessThan(2);
    expect(closedForm.flops).toBe(4 * 60 * 9 - 36);
    expect(descent.flops).toBe(4 * 60 * 3 * descent.steps);
    expect(closedForm.seconds).toBeGreaterThan(0);
  });

  it('leaves the constant term out when asked', () => {
    const { weights, intercept } = linearLeastSquares([[1], [2]], [2, 4], { intercept: false });
    expect([weights.length, weights[0], intercept]).toEqual([1, expect.closeTo(2, 12), 0]);
  });

  it('says what is wrong with a table', () => {
    expect(() =>
      linearLeastSquares(
        [
          [1, 2],
          [2, 4],
          [3, 6],
        ],
        [1, 2, 3],
      ),
    ).toThrow('columns depend on each other');
    expect(() => linearLeastSquares([[7], [7], [7]], [1, 2, 3])).toThrow('or on the constant term');
    expect(() => linearLeastSquares([[1, 2]], [1])).toThrow(
      'needs at least as many rows as unknowns, got 1 for 3',
    );
    expect(() => linearLeastSquares([1, 2], [1, 2])).toThrow('x must be [m, n] and y [m], got [2] and [2]');
    expect(() => linearLeastSquares([[1], [Number.NaN]], [1, 2])).toThrow('must be finite');
    expect(() => linearLeastSquares(x, y, { by: 'svd' } as object)).toThrow('by must be one of qr, normal');
    expect(() => linearLeastSquares(x, y, { ridge: 1 } as object)).toThrow('there is no option ridge');
  });
});
