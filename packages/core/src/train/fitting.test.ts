import { describe, expect, it } from 'vitest';
import { Arena, OutOfMemory } from '../compile/arena.js';
import { squared } from '../nn/losses/squared.js';
import { defineModel } from '../nn/model.js';
import { sgd } from '../optim/optimizers/sgd.js';
import { zeros } from '../tensor/array.js';
import { fit } from './fit.js';
import { orWhatFits } from './fitting.js';

describe('what does not fit into memory', () => {
  it('is refused with the batch size that would', async () => {
    // Each row takes 400 kB, all rows at once: they meet in a mean, so that there are no blocks of them.
    const wide = defineModel({
      init: () => ({ w: zeros([100_000, 1], 'float32') }),
      apply: ({ w }, x) => {
        const many = x.matmul(w.transpose()).sin();
        return many.sub(many.mean(0)).square().matmul(w);
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
});
