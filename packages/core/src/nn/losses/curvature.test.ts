import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hvp } from '../../autodiff/grad.js';
import { compile } from '../../compile/compile.js';
import type { Tensor } from '../../tensor/tensor.js';
import { CASES } from './testing/cases.js';

/** Where a bound is reached, or in the limit. */
const SHARPEST: Record<string, { prediction: number[]; target: number }> = {
  squared: { prediction: [1], target: 3 },
  huber: { prediction: [1], target: 1 },
  binaryCrossEntropy: { prediction: [0], target: 1 },
  crossEntropy: { prediction: [0, 0, -40], target: 2 },
};

const losses = [...new Map(Object.values(CASES).map(({ loss }) => [loss.name, loss])).values()];
const bounded = losses.filter(({ curvature }) => curvature !== undefined);

describe.each(bounded.map((loss) => [loss.name, loss] as const))('the curvature of %s', (name, loss) => {
  const { prediction, target } = SHARPEST[name]!;
  const sharpness = largestEigenvalue((z) => loss(z, z.constant([target])).sum());

  it('is reached', () => {
    expect(sharpness(prediction)).toBeCloseTo(loss.curvature!, 6);
  });

  it('is never exceeded', () => {
    const logit = fc.double({ min: -6, max: 6, noNaN: true });
    const point = fc.array(logit, { minLength: prediction.length, maxLength: prediction.length });
    fc.assert(
      fc.property(point, (z) => {
        expect(sharpness(z)).toBeLessThanOrEqual(loss.curvature! + 1e-12);
      }),
    );
  });
});

it('losses with a kink or without a bound have no curvature', () => {
  const others = losses.filter((loss) => !bounded.includes(loss)).map(({ name }) => name);
  expect(others).toEqual(['absolute', 'quantile', 'poisson', 'hinge']);
});

/** Of a convex function's Hessian at one row of predictions, by power iteration. */
function largestEigenvalue(f: (z: Tensor) => Tensor): (z: number[]) => number {
  const multiply = compile((z: Tensor, v: Tensor) => hvp(f, z, v));
  return (z) => {
    let v = z.map((_, k) => 1 + k / 3 - (k === 1 ? 2 : 0));
    let found = 0;
    for (let round = 0; round < 300; round++) {
      const product = [...multiply([z], [v]).data];
      found = Math.hypot(...product);
      if (found === 0) return 0;
      v = product.map((value) => value / found);
    }
    return found;
  };
}
