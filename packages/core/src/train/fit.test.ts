import { describe, expect, it } from 'vitest';
import { huber } from '../nn/losses/huber.js';
import { squared } from '../nn/losses/squared.js';
import { linear } from '../nn/models/linear.js';
import { mlp } from '../nn/models/mlp.js';
import { adam } from '../optim/optimizers/adam.js';
import { nesterov } from '../optim/optimizers/nesterov.js';
import { sgd } from '../optim/optimizers/sgd.js';
import type { Transform } from '../optim/transform.js';
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
      if (event.kind === 'step') steps += event.loss.length;
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

describe('fit at the edges', () => {
  it('goes on when one batch has no gradient', async () => {
    const hinges = (prediction: Tensor, y: Tensor): Tensor => prediction.mul(y).neg().add(1).relu().sum(-1);
    const signs = x.map(([v]) => [v! > 0 ? 1 : -1]);
    const result = await fit(line, {
      train: { x, y: signs },
      loss: hinges,
      optimizer: sgd({ lr: 0.5 }),
      batchSize: 4,
      epochs: 100,
    }).result;
    expect(result).toMatchObject({ status: 'maxSteps', epochs: 100 });
  });

  it('has patience only with looks at the validation rows', async () => {
    const options = { train, validation: train, loss: squared, optimizer: sgd({ lr: 0.01 }) };
    const { status, epochs, validationLoss } = await fit(line, {
      ...options,
      batchSize: 'full',
      patience: 3,
      epochs: 40,
    }).result;
    expect({ status, epochs }).toEqual({ status: 'maxSteps', epochs: 40 });
    expect(validationLoss).toBeGreaterThan(0);
  });

  it('notices weights that a last step made infinite', async () => {
    const { status, params, steps } = await fit(line, {
      train,
      loss: squared,
      optimizer: sgd({ lr: (step) => (step === 5 ? 1e39 : 0.1) }),
      batchSize: 'full',
      epochs: 6,
    }).result;
    expect(status).toBe('nonFinite');
    expect(steps).toBe(5);
    expect([...params.w.data, ...params.b.data].every(Number.isFinite)).toBe(true);
  });

  it('has read the data when it returns', async () => {
    const reused = Float64Array.from({ length: 4 }, () => 1);
    const of = (value: number) => {
      reused.fill(value);
      return fit(line, {
        train: { x: [[0], [0], [0], [0]], y: reused },
        loss: squared,
        optimizer: sgd({ lr: 0.5 }),
        epochs: 20,
      }).result;
    };
    const [one, five] = await Promise.all([of(1), of(5)]);
    expect([one.params.b.data[0], five.params.b.data[0]]).toEqual([1, 5]);
  });

  it('gives its end to readers that come late, and to two that ask at once', async () => {
    const run = fit(line, { train, loss: squared, optimizer: sgd({ lr: 0.1 }), epochs: 2 });
    const events = run[Symbol.asyncIterator]();
    const [first, second] = await Promise.all([events.next(), events.next()]);
    expect([first.done, second.done]).toEqual([false, false]);
    await run.result;
    const late: string[] = [];
    for await (const event of run) late.push(event.kind);
    expect(late).toEqual(['end']);
  });

  it('does not keep a page waiting for a costly step', async () => {
    const model = {
      init: () => ({ w: zeros([1]) }),
      apply: ({ w }: { w: Tensor }, x: Tensor) => {
        const big = x.constant(new Float32Array(250_000)).reshape([500, 500]).add(w.sum());
        return big.matmul(big).sum().reshape([1, 1]).broadcastTo([x.shape[0]!, 1]);
      },
    };
    const options = { train, loss: squared, optimizer: sgd({ lr: 0 }), epochs: 1e6 };
    const { seconds, status } = await fit(model, { ...options, stop: { seconds: 0.1 } }).result;
    expect(status).toBe('timeLimit');
    expect(seconds).toBeLessThan(2);
  });
});

describe('misuse of fit', () => {
  it.each([
    [{ epoch: 5 }, 'fit: there is no option epoch; did you mean "epochs"?'],
    [{ stop: { gradtol: 1 } }, 'fit: there is no option stop.gradtol; did you mean "gradTol"?'],
    [{ loss: 'squared' }, "loss must be a function such as squared or crossEntropy, got 'squared'"],
    [{ optimizer: 'adam' }, "optimizer must be a transform such as adam({ lr: 0.001 }), got 'adam'"],
    [{ validation: { x } }, 'validation must hold x and y, rows first; there is no y'],
  ])('is told of what plain JavaScript lets through: %o', async (options, message) => {
    const given = { train, loss: squared, optimizer: sgd({ lr: 0.1 }), ...options };
    await expect(fit(line, given as never).result).rejects.toThrow(message);
  });

  it.each([
    [null, {}, 'fit: model must have init and apply, as mlp({ … }) has, got null'],
    [line, undefined, 'fit: options must be an object with loss and optimizer, got undefined'],
    [
      line,
      { train, loss: squared, optimizer: sgd },
      'optimizer must be a transform such as adam({ lr: 0.001 }), got the function sgd; call it, as in sgd({ … })',
    ],
    [
      line,
      { train, loss: huber, optimizer: sgd() },
      'loss must give a tensor, got a function; a loss with options is called first, as in huber({ delta: 1 })',
    ],
    [
      line,
      { train, loss: squared, optimizer: () => 'adam' },
      "optimizer must be a transform such as adam({ lr: 0.001 }), got 'adam'",
    ],
  ])('is told what is missing: %o, %o', async (model, options, message) => {
    await expect(fit(model as never, options as never).result).rejects.toThrow(message);
  });

  it('is told which row of the data is not finite', async () => {
    const holed = y.map(([v], i) => [i === 8 ? Number.NaN : v!]);
    const { status, message } = await fit(line, {
      train: { x, y: holed },
      loss: squared,
      optimizer: sgd({ lr: 0.1 }),
    }).result;
    expect(status).toBe('nonFinite');
    expect(message).toMatch(/kept; train\.y row 8 holds NaN$/);
  });

  it('is told which state an optimizer must keep', async () => {
    const shrinking: Transform<never> = {
      name: 'shrinking',
      hyper: {},
      init: () => ({ a: zeros([3]) }),
      update: (updates, state) => [updates, { a: (state.a as Tensor).sum() }],
    };
    await expect(fit(line, { train, loss: squared, optimizer: shrinking }).result).rejects.toThrow(
      'optimizer shrinking: state a must stay float32[3], got float32[]',
    );
  });

  it('is told which weights a model begins with', async () => {
    const params = { w: [[1, 2]], b: [0] };
    await expect(
      fit(line, { train, loss: squared, optimizer: sgd({ lr: 0.1 }), params }).result,
    ).rejects.toThrow('params must be those of the model, w [1,1], b [1]; got w [1,2], b [1]');
  });

  const wrong = (options: object) =>
    fit(line, { train, loss: squared, optimizer: sgd({ lr: 0.1 }), ...options }).result;

  it.each([
    [
      { batchSize: 0.5 },
      "batchSize must be a positive integer, 'full' or 'auto' (train has 40 rows), got 0.5",
    ],
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
