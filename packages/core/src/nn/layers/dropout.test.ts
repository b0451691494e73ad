import { describe, expect, it } from 'vitest';
import { checkGrads } from '../../autodiff/check-grads.js';
import { grad } from '../../autodiff/grad.js';
import { compile } from '../../compile/compile.js';
import { sgd } from '../../optim/optimizers/sgd.js';
import type { NdArray } from '../../tensor/array.js';
import type { Tensor } from '../../tensor/tensor.js';
import { trainingPass } from '../../tensor/training.js';
import { fit } from '../../train/fit.js';
import { squared } from '../losses/squared.js';
import { mlp } from '../models/mlp.js';
import { dropout } from './dropout.js';

const rate = 0.3;
const layer = dropout({ rate });
const dropped = compile((x: Tensor, seed: Tensor, step: Tensor) =>
  layer.apply({}, x, trainingPass(seed, step)),
);
const values = (x: NdArray): number[] => Array.from(x.data);

describe('dropout', () => {
  it.each([Float32Array, Float64Array])('drops the share it says and keeps the mean (%o)', (Values) => {
    const size = 100_000;
    const x = dropped(new Values(size).fill(3), 5, 1);
    const zeros = values(x).filter((value) => value === 0).length;
    // Four standard deviations of the share: 4·√(0.3·0.7/100,000)
    expect(Math.abs(zeros / size - rate)).toBeLessThan(0.0058);
    expect(new Set(x.data)).toEqual(new Set([0, new Values([3 / 0.7])[0]]));
  });

  it('drops the same elements for the same seed and step, and others for another of either', () => {
    const x = new Float64Array(64).fill(1);
    const first = values(dropped(x, 1, 1));
    expect(values(dropped(x, 1, 1))).toEqual(first);
    expect(values(dropped(x, 1, 2))).not.toEqual(first);
    expect(values(dropped(x, 2, 1))).not.toEqual(first);
  });

  it('drops other elements in each layer of a pass', () => {
    const both = compile((x: Tensor, seed: Tensor, step: Tensor) => {
      const training = trainingPass(seed, step);
      return [layer.apply({}, x, training), layer.apply({}, x, training)];
    });
    const [one, other] = both(new Float64Array(64).fill(1), 1, 1);
    expect(values(one!)).not.toEqual(values(other!));
  });

  it('lets a gradient through the elements that it keeps, and no others', () => {
    const loss = (x: Tensor, seed: Tensor, step: Tensor) =>
      layer.apply({}, x, trainingPass(seed, step)).square().mul(0.5).sum();
    const x = Float64Array.from({ length: 50 }, (_, i) => i + 1);
    const y = dropped(x, 3, 9).data;
    const expected = Array.from(y, (value) => value / 0.7);
    values(grad(loss)(x, 3, 9)).forEach((slope, i) => {
      expect(slope).toBeCloseTo(expected[i]!, 9);
    });
  });

  it('has the derivatives that its differences say, to second order, with the same elements dropped', () => {
    const f = (x: Tensor, w: Tensor): Tensor => {
      const training = trainingPass(x.like(3), x.like(9));
      return layer.apply({}, layer.apply({}, x.mul(w).tanh(), training).mul(w).sin(), training);
    };
    const x = Float64Array.from({ length: 12 }, (_, i) => i / 7 - 0.9);
    const kept = compile(f)(x, 0.8).data.filter((value) => value !== 0).length;
    expect(kept).toBeGreaterThan(3);
    expect(kept).toBeLessThan(12);
    checkGrads(f, [x, 0.8]);
  });

  it('leaves everything as it is where nothing is trained', () => {
    expect(values(compile((x: Tensor) => layer.apply({}, x))([1, 2, 3]))).toEqual([1, 2, 3]);
  });

  it.each([1, -0.1, Number.NaN])('refuses a rate of %d', (rate) => {
    expect(() => dropout({ rate })).toThrow(`dropout: rate must be at least 0 and below 1, got ${rate}`);
  });
});

describe('dropout in fit', () => {
  const model = mlp({ inputs: 1, hidden: [16], outputs: 1, dropout: 0.5 });
  const train = {
    x: Array.from({ length: 12 }, (_, i) => [i / 6 - 1]),
    y: Array.from({ length: 12 }, () => [1]),
  };
  const run = (seed: number, lr: number, params = model.init({ seed: 1, dtype: 'float64' })) =>
    fit(model, {
      train,
      loss: squared,
      optimizer: sgd({ lr }),
      epochs: 3,
      batchSize: 'full',
      evaluateEvery: 1,
      dtype: 'float64',
      seed,
      params,
    }).result;

  it('is new at each step, and evaluation goes without', async () => {
    const { history, loss, params } = await run(1, 0);
    expect(new Set(history.map((event) => event.loss)).size).toBe(3);
    const plain = compile((p: Parameters<typeof model.apply>[0], x: Tensor, y: Tensor) =>
      squared(model.apply(p, x), y).mean(),
    );
    expect(loss).toBeCloseTo(plain(params, train.x, train.y).data[0]!, 12);
  });

  it('follows the seed', async () => {
    const losses = async (seed: number) => (await run(seed, 0.1)).history.map((event) => event.loss);
    const first = await losses(1);
    expect(await losses(1)).toEqual(first);
    expect(await losses(2)).not.toEqual(first);
  });
});
