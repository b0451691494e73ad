import { describe, expect, it } from 'vitest';
import { squared } from '../nn/losses/squared.js';
import { linear } from '../nn/models/linear.js';
import { mlp } from '../nn/models/mlp.js';
import { adam } from '../optim/optimizers/adam.js';
import { sgd } from '../optim/optimizers/sgd.js';
import { zeros } from '../tensor/array.js';
import { fit } from './fit.js';
import type { FitOptions } from './options.js';
import { findLr } from './rate/find-lr.js';

/** A machine whose programs have 16 MB. */
const host = { memory: 16 * 2 ** 20 };
const WIDTH = 100;
const sgdStep = sgd({ lr: 0.1 });
const steps = { steps: 3 };

type Extra = Partial<FitOptions>;
const rows = (count: number) => ({ x: zeros([count, WIDTH], 'float32'), y: zeros([count, 1], 'float32') });
const trained = async (count: number, more: Extra = {}): Promise<number> => {
  const model = mlp({ inputs: WIDTH, hidden: [64], outputs: 1 });
  const options = {
    train: rows(count),
    loss: squared,
    optimizer: sgdStep,
    stop: steps,
    host,
    threads: 1 as const,
  };
  return (await fit(model as never, { ...options, ...more } as FitOptions).result).steps;
};
const refusal = async (run: Promise<unknown>): Promise<string> =>
  run.then(
    () => 'it fits',
    (error: Error) => error.message,
  );

describe('what does not fit into memory is refused before any of it is copied', () => {
  it.each<[string, Extra]>([
    ['batches of 32', {}],
    ['Adam', { optimizer: adam() }],
    ['an optimizer that is made later', { optimizer: (() => adam()) as never }],
    ['a full batch', { batchSize: 'full' }],
    ['large batches', { batchSize: 2048 }],
    ['validation rows', { validation: rows(5_000) as never }],
    ['a way back', { nonFinite: 'lowerRate' }],
    ['float64', { dtype: 'float64' }],
    ['a rate to be found', { optimizer: adam as never, lr: 'auto' }],
  ])('with the number of rows that would, and they do: %s', async (_, more) => {
    const message = await refusal(trained(60_000, more));
    const most = Number(/; (\d+) rows would fit/.exec(message)?.[1]);
    expect(message).toMatch(/^out of memory: train has 60000 rows of (404|808) bytes, /);
    expect(most).toBeGreaterThan(1000);
    expect(await trained(most, more)).toBe(3);
  });

  it.each<[string, { batchSize?: number | 'full' }]>([
    ['batches of 32', {}],
    ['a full batch', { batchSize: 'full' }],
  ])('findLr names as many rows as it can sweep: %s', async (_, batch) => {
    const larger = { memory: 4 * host.memory };
    const found = (count: number) => {
      const model = mlp({ inputs: WIDTH, hidden: [64], outputs: 1 });
      const quick = { steps: 10, seeds: 1, trialSteps: 2 };
      const options = {
        train: rows(count),
        loss: squared,
        optimizer: adam,
        host: larger,
        threads: 1 as const,
      };
      return findLr(model as never, { ...options, ...quick, ...batch } as never);
    };
    const most = Number(/; (\d+) rows would fit/.exec(await refusal(found(200_000)))?.[1]);
    expect(most).toBeGreaterThan(1000);
    expect((await found(most)).lr).toBeGreaterThan(0);
  });

  it.each([Number.NaN, -5, 2.5])('host.memory: %d is an error', async (memory) => {
    expect(await refusal(trained(10, { host: { memory } }))).toBe(
      `host.memory must be a positive integer, got ${memory}`,
    );
  });

  it('names no fewer rows than it must', async () => {
    const most = Number(/; (\d+) rows would fit/.exec(await refusal(trained(60_000)))?.[1]);
    expect(most * 404).toBeGreaterThan(0.65 * host.memory);
  });

  it('names the parameter that is too large, and how many would fit', async () => {
    const fitted = async (hidden: number, optimizer: FitOptions['optimizer']) => {
      const model = mlp({ inputs: WIDTH, hidden: [hidden], outputs: 1 });
      const options = { train: rows(10), loss: squared, optimizer, stop: steps, host, threads: 1 as const };
      return fit(model as never, options as never).result;
    };
    const message = await refusal(fitted(20_000, adam()));
    expect(message).toMatch(
      /^out of memory: 2040001 parameters need 47 MB, with the optimizer's state and copies of both, and 15 MB are left; the largest is hidden0.w, float32\[100, 20000\], 8 MB; about \d+ parameters would fit$/,
    );
    const most = Number(/about (\d+) parameters/.exec(message)?.[1]);
    expect((await fitted(Math.floor(most / (WIDTH + 2)), adam())).steps).toBe(3);
  });

  it('looks at no weight of a model that is far too large', async () => {
    const begin = performance.now();
    const model = mlp({ inputs: 20_000, hidden: [40_000], outputs: 1 });
    const options = {
      train: { x: zeros([10, 20_000]), y: zeros([10, 1]) },
      loss: squared,
      optimizer: adam(),
    };
    expect(await refusal(fit(model, options).result)).toMatch(
      /^out of memory: 800080001 parameters need 183\d\d MB, .* the largest is hidden0.w, float32\[20000, 40000\], 3052 MB; about \d+ parameters would fit$/,
    );
    expect(performance.now() - begin).toBeLessThan(2000);
  });

  it('says what to do where no number of rows would help', async () => {
    const model = linear({ inputs: WIDTH, outputs: 1 });
    const validation = rows(70_000);
    const options = { train: rows(100), validation, loss: squared, optimizer: sgdStep, host };
    expect(await refusal(fit(model, options).result)).toMatch(
      /use a smaller batchSize or model, or fewer validation rows$/,
    );
  });
});
