import { describe, expect, it } from 'vitest';
import { checkGrads } from '../../autodiff/check-grads.js';
import { valueAndGrad } from '../../autodiff/grad.js';
import { compile } from '../../compile/compile.js';
import type { NdArray } from '../../tensor/array.js';
import { scan } from '../../tensor/control/scan.js';
import type { Tensor } from '../../tensor/tensor.js';
import { trainingPass } from '../../tensor/training.js';
import golden from '../golden/layers.json' with { type: 'json' };
import { type BatchNormParams, batchNorm } from './batch-norm.js';
import { spread } from './testing/spread.js';

const layer = batchNorm({ channels: 3 });
const shape = [2, 3, 2, 2];
const near = (got: NdArray, wanted: readonly number[]): void => {
  wanted.forEach((value, i) => {
    expect(got.data[i]).toBeCloseTo(value, 11);
  });
};

/** One step in training: predictions, gradients of Σ y·spread(99), and the parameters that it leaves. */
const step = compile((params: BatchNormParams, x: Tensor) => {
  const pass = trainingPass(x.constant(0), x.constant(1));
  const y = layer.apply(params, x, pass);
  const [, gradient] = valueAndGrad((at: { p: BatchNormParams; x: Tensor }) => {
    const y = layer.apply(at.p, at.x, trainingPass(x.constant(0), x.constant(1)));
    return y.mul(x.constant(spread(shape, 99))).sum();
  })({ p: params, x });
  return { y, gradient, next: pass.renewed(params, params) };
});

describe('batchNorm', () => {
  const start = {
    ...layer.init({ seed: 0, dtype: 'float64' }),
    scale: spread([3], 5),
    b: spread([3], 6),
  };

  it(`agrees with PyTorch ${golden.versions.torch} in training, step by step, and in evaluation`, () => {
    let params: typeof start = start;
    golden.batchNorm.steps.forEach((wanted, i) => {
      const { y, gradient, next } = step(params as never, spread(shape, i)) as unknown as {
        y: NdArray;
        gradient: { p: Record<string, NdArray>; x: NdArray };
        next: typeof start;
      };
      near(y, wanted.y);
      near(next.mean, wanted.mean);
      near(next.variance, wanted.variance);
      near(gradient.x, wanted.x);
      near(gradient.p.scale!, wanted.scale);
      near(gradient.p.b!, wanted.b);
      expect(next.scale.data).toEqual(params.scale.data);
      params = next;
    });
    const evaluate = compile((params: BatchNormParams, x: Tensor) => layer.apply(params, x));
    near(evaluate(params as never, spread(shape, 7)), golden.batchNorm.evaluated);
  });

  it('has the right derivatives to second order, in training and in evaluation', () => {
    for (const training of [true, false])
      checkGrads(
        (x: Tensor, scale: Tensor, b: Tensor) => {
          const params = { scale, b, mean: scale.like([0, 1, 2]), variance: scale.like([1, 2, 3]) };
          const pass = training ? trainingPass(x.constant(0), x.constant(1)) : undefined;
          return layer.apply(params, x, pass);
        },
        [spread([3, 3, 2], 1), spread([3], 2), spread([3], 3)],
      );
  });

  it('used twice in one pass, it renews its statistics twice', () => {
    const twice = compile((mean: Tensor, x: Tensor) => {
      const pass = trainingPass(x.constant(0), x.constant(1));
      const [scale, variance] = [x.like([1]), x.like([1])];
      const once = batchNorm({ channels: 1, momentum: 0.5 });
      once.apply({ scale, b: mean, mean, variance }, x, pass);
      once.apply({ scale, b: mean, mean, variance }, x.add(8), pass);
      return pass.renewed({ mean }, { mean });
    });
    // 0 → (0 + 2)/2 = 1 → (1 + 10)/2
    expect(twice([0], [[1], [3]]).mean.data[0]).toBe(5.5);
  });

  it('refuses what does not fit', () => {
    const apply = (x: NdArray) => () => step(start as never, x);
    expect(apply(spread([2, 4], 1))).toThrow('made for x of shape [rows, 3, …extents], got [2,4]');
    expect(apply(spread([1, 3], 1))).toThrow('choose a batch size that leaves no single row over');
    expect(() => batchNorm({ channels: 3, momentum: 2 })).toThrow(
      'momentum must be a number from 0 to 1, got 2',
    );
    expect(() => batchNorm({ channels: 3, eps: -1 })).toThrow('eps must be a number ≥ 0, got -1');
    const looped = compile((mean: Tensor, x: Tensor) => {
      const pass = trainingPass(x.constant(0), x.constant(1));
      const one = x.like([1]);
      const single = batchNorm({ channels: 1 });
      const turn = (c: Tensor, row: Tensor) =>
        [c, single.apply({ scale: one, b: one, mean, variance: one }, row, pass)] as const;
      return scan(turn, x.sum(), x)[1];
    });
    expect(() => looped([0], spread([2, 3, 1], 1))).toThrow(
      'cannot be renewed within scan, cond or whileLoop',
    );
  });
});
