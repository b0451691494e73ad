import { describe, expect, it } from 'vitest';
import type { Transform } from '../optim/transform.js';
import { zeros } from '../tensor/array.js';
import type { Tensor } from '../tensor/tensor.js';
import { fit } from './fit.js';

const descent = (lr: number): Transform<'lr'> => ({
  hyper: { lr },
  init: () => ({}),
  update: (gradients, state, { hyper }) => [
    Object.fromEntries(Object.entries(gradients).map(([name, g]) => [name, g.mul(hyper.lr).neg()])),
    state,
  ],
});

type Line = { w: Tensor; b: Tensor };

const line = {
  init: ({ dtype }: { dtype: 'float32' | 'float64' }) => ({ w: zeros([1, 1], dtype), b: zeros([1], dtype) }),
  apply: ({ w, b }: Line, x: Tensor) => x.matmul(w).add(b),
};

const squared = (prediction: Tensor, y: Tensor): Tensor => prediction.sub(y).square().sum(-1);

const x = Array.from({ length: 40 }, (_, i) => [i / 20 - 1]);
const y = x.map(([v]) => [3 * v! + 0.5]);

describe('fit', () => {
  it('finds a line with full batches', async () => {
    const { params, loss, status, steps } = await fit(line, {
      train: { x, y },
      loss: squared,
      optimizer: descent(0.5),
      batchSize: 'full',
      epochs: 200,
      dtype: 'float64',
    }).result;
    expect(params.w.data[0]).toBeCloseTo(3, 9);
    expect(params.b.data[0]).toBeCloseTo(0.5, 9);
    expect(loss).toBeLessThan(1e-16);
    expect({ status, steps }).toEqual({ status: 'maxSteps', steps: 200 });
  });

  it('finds it with batches that do not divide the rows', async () => {
    const { params, steps, history } = await fit(line, {
      train: { x, y },
      loss: squared,
      optimizer: descent(0.1),
      batchSize: 7,
      epochs: 60,
    }).result;
    expect(params.w.data[0]).toBeCloseTo(3, 4);
    expect(steps).toBe(60 * 6);
    expect(history).toHaveLength(60);
  });

  it('keeps the bits of the steps before one that is not finite', async () => {
    const result = await fit(line, {
      train: { x, y },
      loss: squared,
      optimizer: descent(50),
      batchSize: 8,
      epochs: 500,
    }).result;
    expect(result.status).toBe('nonFinite');
    expect(result.params.w.data.every(Number.isFinite)).toBe(true);
  });
});
