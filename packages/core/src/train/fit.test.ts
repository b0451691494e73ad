import { describe, expect, it } from 'vitest';
import { squared } from '../nn/losses/squared.js';
import { linear } from '../nn/models/linear.js';
import { mlp } from '../nn/models/mlp.js';
import { adam } from '../optim/optimizers/adam.js';
import { nesterov } from '../optim/optimizers/nesterov.js';
import { sgd } from '../optim/optimizers/sgd.js';
import { zeros } from '../tensor/array.js';
import type { Tensor } from '../tensor/tensor.js';
import { fit } from './fit.js';

const line = linear({ inputs: 1, outputs: 1 });
const x = Array.from({ length: 40 }, (_, i) => [i / 20 - 1]);
const y = x.map(([v]) => [3 * v! + 0.5]);
const train = { x, y };

describe('fit', () => {
  it('finds a line with full batches', async () => {
    const { params, loss, status, steps } = await fit(line, {
      train,
      loss: squared,
      optimizer: sgd({ lr: 0.5 }),
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
      train,
      loss: squared,
      optimizer: adam({ lr: 0.1 }),
      batchSize: 7,
      epochs: 60,
    }).result;
    expect(params.w.data[0]).toBeCloseTo(3, 2);
    expect(steps).toBe(60 * 6);
    expect(history).toHaveLength(60);
  });

  it('stops when the gradient is small, at a rate from the smoothness', async () => {
    const { status, objective, params } = await fit(line, {
      train,
      loss: squared,
      optimizer: (problem) => nesterov({ lr: 1 / problem.smoothness(squared.curvature!) }),
      batchSize: 'full',
      epochs: 10_000,
      l2: 0.1,
      stop: { gradTol: 1e-10 },
      dtype: 'float64',
    }).result;
    // (2·mean x² + l2)·w = 2·mean(x·3x) for centred x
    const spread = x.reduce((sum, [v]) => sum + (v! + 0.025) ** 2, 0) / 40;
    const w = (2 * 3 * spread) / (2 * spread + 0.1);
    expect(params.w.data[0]).toBeCloseTo(w, 9);
    expect(objective).toBeCloseTo((3 - w) ** 2 * spread + 0.05 * w * w, 9);
    expect(status).toBe('gradTol');
  });

  it('keeps the weights with the lowest validation loss and stops when it no longer falls', async () => {
    const noisy = y.map(([v], i) => [v! + (i % 2 === 0 ? 1 : -1)]);
    const result = await fit(mlp({ inputs: 1, hidden: [64], outputs: 1 }), {
      train: { x, y: noisy },
      validation: { x, y },
      loss: squared,
      optimizer: adam({ lr: 0.02 }),
      batchSize: 5,
      epochs: 2000,
      patience: 30,
    }).result;
    const losses = result.history.map(({ validationLoss }) => validationLoss!);
    expect(result.status).toBe('earlyStopped');
    expect(result.validationLoss).toBe(Math.min(...losses));
    expect(result.bestEpoch).toBe(losses.indexOf(Math.min(...losses)) + 1);
    expect(result.epochs).toBe(result.bestEpoch + 30);
  });

  it("trains a user's own model and loss", async () => {
    type Parabola = { middle: Tensor; height: Tensor };
    const model = {
      init: () => ({ middle: zeros([]), height: zeros([]) }),
      apply: ({ middle, height }: Parabola, x: Tensor) => x.sub(middle).square().add(height),
    };
    const { params } = await fit(model, {
      train: { x, y: x.map(([v]) => [(v! - 0.3) ** 2 - 2]) },
      loss: (prediction, y) => prediction.sub(y).abs().add(1).log().mean(),
      optimizer: adam({ lr: 0.02 }),
      epochs: 300,
    }).result;
    expect(params.middle.data[0]).toBeCloseTo(0.3, 1);
    expect(params.height.data[0]).toBeCloseTo(-2, 1);
  });

  it('goes back to before a step that is not finite', async () => {
    const result = await fit(line, {
      train,
      loss: squared,
      optimizer: sgd({ lr: 50 }),
      batchSize: 8,
      epochs: 500,
    }).result;
    expect(result.status).toBe('nonFinite');
    expect(result.params.w.data.every(Number.isFinite)).toBe(true);
    expect(result.steps).toBeGreaterThan(5);
  });

  it('gives the same bits for the same seed, and others for another', async () => {
    const run = (seed: number) =>
      fit(mlp({ inputs: 1, hidden: [8], outputs: 1 }), {
        train,
        loss: squared,
        optimizer: adam(),
        epochs: 5,
        seed,
      }).result;
    const [a, b, c] = [await run(1), await run(1), await run(2)];
    expect(a.params).toEqual(b.params);
    expect(a.params).not.toEqual(c.params);
  });

  it('tells of steps and epochs as they happen, and stops when its reader leaves', async () => {
    const run = fit(line, { train, loss: squared, optimizer: sgd({ lr: 0.1 }), batchSize: 10, epochs: 1e6 });
    let steps = 0;
    let epochs = 0;
    for await (const event of run) {
      if (event.kind === 'steps') steps += event.loss.length;
      if (event.kind === 'epoch') epochs = event.epoch;
      if (epochs === 3) break;
    }
    expect({ steps, epochs }).toEqual({ steps: 12, epochs: 3 });
    expect((await run.result).status).toBe('aborted');
  });

  it('stops when told from outside', async () => {
    const control = new AbortController();
    control.abort();
    const { status, steps } = await fit(line, {
      train,
      loss: squared,
      optimizer: sgd({ lr: 0.1 }),
      signal: control.signal,
    }).result;
    expect(status).toBe('aborted');
    expect(steps).toBeGreaterThan(0);
  });
});

describe('misuse of fit', () => {
  const wrong = (options: object) =>
    fit(line, { train, loss: squared, optimizer: sgd({ lr: 0.1 }), ...options }).result;

  it.each([
    [{ batchSize: 0.5 }, "batchSize must be a positive integer or 'full' (train has 40 rows), got 0.5"],
    [{ epochs: -1 }, 'epochs must be an integer ≥ 0, got -1'],
    [{ l2: Number.NaN }, 'l2 must be a number ≥ 0, got NaN'],
    [{ dtype: 'float16' }, "dtype must be 'float32' or 'float64', got float16"],
    [{ train: { x, y: y.slice(1) } }, 'train: x has 40 rows, but y has 39'],
    [
      { validation: { x: new Float64Array(0), y: new Float64Array(0) } },
      'validation must hold at least one row, got none',
    ],
    [
      { loss: (prediction: Tensor) => prediction },
      'loss must give one number for each row or one in all, got shape [32,1]',
    ],
  ])('is told: %o', async (options, message) => {
    await expect(wrong(options)).rejects.toThrow(message);
  });

  it('says which parameters a penalty is for', async () => {
    const model = {
      init: () => ({ slope: zeros([1, 1]) }),
      apply: ({ slope }: { slope: Tensor }, x: Tensor) => x.matmul(slope),
    };
    await expect(
      fit(model, { train, loss: squared, optimizer: sgd({ lr: 0.1 }), l2: 1 }).result,
    ).rejects.toThrow('l2 is for parameters called w, as in hidden0.w; the model has slope');
  });
});
