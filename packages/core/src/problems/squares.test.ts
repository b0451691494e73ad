import { describe, expect, it } from 'vitest';
import { checkGrads } from '../autodiff/check-grads.js';
import { valueAndGrad } from '../autodiff/grad.js';
import { compile } from '../compile/compile.js';
import { array, type NdArray } from '../tensor/array.js';
import { equations, fits } from './index.js';

/** f at the standard start, by NumPy from the formulas of the paper; and f* to the digits that the paper prints. */
const KNOWN: Record<string, { start: number; least: number; within: number }> = {
  rosenbrock: { start: 24.199999999999996, least: 0, within: 0 },
  freudensteinRoth: { start: 400.5, least: 0, within: 0 },
  powellBadlyScaled: { start: 1.1352617173483783, least: 0, within: 0 },
  brownBadlyScaled: { start: 999998000003.0, least: 0, within: 0 },
  beale: { start: 14.203125, least: 0, within: 0 },
  helicalValley: { start: 2500.0, least: 0, within: 0 },
  powellSingular: { start: 215.00000000000003, least: 0, within: 0 },
  wood: { start: 19192.0, least: 0, within: 0 },
  broydenTridiagonal: { start: 21.0, least: 0, within: 0 },
  broydenBanded: { start: 360.0, least: 0, within: 0 },
  trigonometric: { start: 0.0070757594662228356, least: 0, within: 0 },
  variablyDimensioned: { start: 2198551.1625, least: 0, within: 0 },
  jennrichSampson: { start: 4171.306161960492, least: 124.362, within: 0.0005 },
  bard: { start: 41.68169586167801, least: 0.00821487, within: 1e-8 },
  gaussian: { start: 3.888106991166684e-6, least: 1.12793e-8, within: 5e-14 },
  meyer: { start: 1693607809.4361455, least: 87.9458, within: 0.0001 },
  kowalikOsborne: { start: 0.00531317227210854, least: 0.000307505, within: 1e-9 },
  brownDennis: { start: 7926693.336997433, least: 85822.2, within: 0.05 },
  osborne1: { start: 0.8790262935446402, least: 5.46489e-5, within: 1e-10 },
  biggsExp6: { start: 0.7790700756559702, least: 0, within: 0 },
};

const vector = (values: readonly number[]): NdArray => array([...values], { dtype: 'float64' });

describe.each(Object.entries({ ...equations, ...fits }))('%s', (name, { start, minima, f, residuals }) => {
  const both = valueAndGrad(f);
  const known = KNOWN[name]!;

  it('has the value that its formula gives at the start, with right derivatives', () => {
    const value = both(vector(start))[0];
    expect(Math.abs(value / known.start - 1)).toBeLessThan(1e-10);
    // Brown's is of degree 2 but of size 10⁶: a long step is exact, a short one drowns in rounding.
    checkGrads(residuals, [vector(start)], { step: name === 'brownBadlyScaled' ? 1e-3 : 1e-6 });
  });

  it('has the values listed at its minima, and hardly a slope there', () => {
    expect(Math.abs(minima[0]!.value - known.least)).toBeLessThanOrEqual(known.within);
    for (const { at, value } of minima) {
      const [found, { data }] = both(vector(at));
      expect(at).toHaveLength(start.length);
      expect(Math.abs(found - value)).toBeLessThanOrEqual(1e-9 * Math.max(value, 1e-9));
      // In units of each coordinate, for their scales differ by many powers of ten.
      const slopes = at.map((x, i) => Math.abs(data[i]! * (x || 1)));
      expect(Math.max(...slopes)).toBeLessThanOrEqual(1e-5 * Math.max(value, 1e-4));
    }
  });

  it('is the sum of the squares of its residuals', () => {
    const { data } = compile(residuals)(vector(start));
    const sum = Array.from(data).reduce((sum, r) => sum + r * r, 0);
    expect(Math.abs(sum / both(vector(start))[0] - 1)).toBeLessThan(1e-12);
  });
});
