import { describe, expect, it } from 'vitest';
import { Arena, OutOfMemory } from '../compile/arena.js';
import { squared } from '../nn/losses/squared.js';
import { defineModel } from '../nn/model.js';
import { sgd } from '../optim/optimizers/sgd.js';
import { zeros } from '../tensor/array.js';
import { placeDataset } from './dataset.js';
import { fit } from './fit.js';
import { orWhatFits } from './fitting.js';

describe('what does not fit into memory', () => {
  it('is refused with the batch size that would', async () => {
    // Each row takes a matrix of 400 kB, which two products read.
    const wide = defineModel({
      init: () => ({ w: zeros([100_000, 1], 'float32') }),
      apply: ({ w }, x) => {
        const many = x.matmul(w.transpose()).sin();
        return many.matmul(w).add(many.square().matmul(w));
      },
    });
    const run = fit(wide, {
      train: { x: zeros([30_000, 1], 'float32'), y: zeros([30_000, 1], 'float32') },
      loss: squared,
      optimizer: sgd({ lr: 0.1 }),
      batchSize: 20_000,
    });
    await expect(run.result).rejects.toThrow(
      /^out of memory: a step with 20000 rows needs \d+ MB, and 40\d\d MB are left; batchSize: \d+ would fit$/,
    );
  });

  it('fits then', () => {
    const arena = new Arena();
    const needs = (rows: number): number => 1000 + 3e6 * rows;
    const refuse = (): never => {
      throw new OutOfMemory('out of memory');
    };
    const message = (rows: number): string => {
      try {
        return orWhatFits(refuse, rows, arena, needs);
      } catch (error) {
        return (error as Error).message;
      }
    };
    const most = Number(/batchSize: (\d+) would fit/.exec(message(5000))?.[1]);
    expect(needs(most)).toBeLessThan(arena.room);
    expect(needs(most)).toBeGreaterThan(0.8 * arena.room);
    expect(message(1)).toBe('out of memory');
    expect(message(2)).toContain('use a smaller model, or float32');
  });

  it('is refused before any of it is copied, with the number of rows that would', () => {
    const arena = new Arena();
    arena.allocate([(arena.room - 100_000) / 8], 'float64');
    const data = { x: zeros([1000, 20]), y: zeros([1000], 'int32') };
    expect(() => placeDataset(data, 'train', arena, 'float64')).toThrow(
      /^out of memory: train has 1000 rows of 164 bytes, 1 MB in all, and 1 MB are left; 609 rows would fit, more with dtype: 'float32'$/,
    );
    expect(placeDataset(data, 'train', arena, 'float32').rows).toBe(1000);
  });
});
