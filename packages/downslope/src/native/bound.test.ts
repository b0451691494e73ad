import { adam, linear, type NdArray, squared, type Tensor } from '@downslope/core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { compile, compileStep, fit, minimize, predictor, randomRestarts } from './bound.js';

const ones = (...shape: [number, number]): NdArray => ({
  data: new Float32Array(shape[0] * shape[1]).fill(1),
  shape,
  dtype: 'float32',
});
const model = linear({ inputs: 2, outputs: 1 });
const rows = { x: ones(8, 2), y: ones(8, 1) };
const options = { loss: squared, optimizer: adam({ lr: 0.1 }) };
const trained = (numerics: 'fast' | 'portable') =>
  fit(model, { ...options, train: rows, batchSize: 4, epochs: 1, numerics }).result;

/** None of these has a product that a library would do. */
const users: Record<string, () => unknown> = {
  compile: () => compile((x: Tensor) => x.exp())([1, 2]),
  compileStep: () => compileStep(model, options)(rows),
  predictor: () => predictor(model, { w: [[1], [2]], b: [1] })(ones(3, 2)),
  minimize: () => minimize((x: Tensor) => x.mul(x).sum(), [1, 2]),
  randomRestarts: () => randomRestarts((x: Tensor) => x.mul(x).sum(), [-1], [1], { restarts: 2 }),
  fit: () => trained('fast'),
};

describe('a library that DOWNSLOPE_BLAS names and that cannot be used', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it.each(Object.entries(users))('is an error in %s, though nothing there would call it', async (_, use) => {
    vi.stubEnv('DOWNSLOPE_BLAS', '/nowhere/x.so');
    await expect((async () => use())()).rejects.toThrow(
      /^DOWNSLOPE_BLAS=\/nowhere\/x\.so cannot be loaded: .*; give the path of a library, or off to do without$/,
    );
  });

  it('is none to portable numerics, which call no library; and off is a word of its own', async () => {
    vi.stubEnv('DOWNSLOPE_BLAS', '/nowhere/x.so');
    expect((await trained('portable')).epochs).toBe(1);
    vi.stubEnv('DOWNSLOPE_BLAS', 'off');
    expect((await trained('fast')).epochs).toBe(1);
  });
});
