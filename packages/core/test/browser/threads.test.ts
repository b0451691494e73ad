import { expect } from 'vitest';
import { itInBrowser } from './chromium.js';
import { runInBrowser } from './run-in-browser.js';

/** Trains a network by so many threads; tells its loss, its weights, and how many workers there were. */
const training = (threads: string): string => `
  import { adam, crossEntropy, fit, mlp } from '@downslope/core';
  const Real = globalThis.Worker;
  let workers = 0;
  globalThis.Worker = class extends Real { constructor(...args) { super(...args); workers++; } };
  const rows = 512;
  const wave = (shape) => ({ data: new Float32Array(rows * 200).map((_, i) => Math.fround((i * 7919) % 1000 / 500 - 1)), shape, dtype: 'float32' });
  const train = { x: wave([rows, 200]), y: { data: new Int32Array(rows).map((_, i) => i % 10), shape: [rows], dtype: 'int32' } };
  export default async () => {
    const { loss, params } = await fit(mlp({ inputs: 200, hidden: [96], outputs: 10 }), {
      train, loss: crossEntropy, optimizer: adam({ lr: 0.001 }), batchSize: 128, epochs: 40, numerics: 'portable', threads: ${threads},
    }).result;
    return { loss, weights: Object.values(params).map((layer) => layer.w?.data ?? layer), workers };
  };
`;

interface Trained {
  readonly loss: number;
  readonly weights: unknown;
  readonly workers: number;
}

const train = async (threads: string, isolated = true): Promise<Trained> =>
  (await runInBrowser(training(threads), { isolated })) as Trained;

let alone: Trained | undefined;
itInBrowser('an isolated page trains by several threads, to the same bits', async () => {
  alone = await train('1');
  expect(alone.workers).toBe(0);
  for (const threads of [2, 3]) {
    const { workers, ...result } = await train(String(threads));
    expect(workers).toBe(threads - 1);
    expect(result).toEqual({ loss: alone.loss, weights: alone.weights });
  }
});

itInBrowser('a page that is not isolated trains by one, to the same bits', async () => {
  const { workers, ...result } = await train('2', false);
  expect(workers).toBe(0);
  alone ??= await train('1');
  expect(result).toEqual({ loss: alone.loss, weights: alone.weights });
});
