import { describe, expect, it } from 'vitest';
import type { FitResult } from '../fit.js';
import { penaltyOf } from './penalty.js';

const solving =
  (losses: Record<number, number | undefined>, asked: number[] = []) =>
  async (l2: number) => {
    asked.push(l2);
    return { validationLoss: losses[l2] } as FitResult;
  };

describe('the choice of a penalty', () => {
  it('is the one with the lowest validation loss, and says so', async () => {
    const asked: number[] = [];
    const found = await penaltyOf([0, 0.01, 0.1], solving({ 0: 0.7, 0.01: 0.6, 0.1: 0.5 }, asked));
    expect(asked).toEqual([0, 0.01, 0.1]);
    expect(found).toEqual({
      l2: 0.1,
      message: 'penalty l2 0.1, by the validation loss: 0.5, and 0.7 with 0',
    });
  });

  it('is the first where others are hardly better, or break down', async () => {
    expect(await penaltyOf([0, 0.01], solving({ 0: 1, 0.01: 0.99 }))).toEqual({ l2: 0 });
    expect(await penaltyOf([0, 0.01], solving({ 0: 1, 0.01: undefined }))).toEqual({ l2: 0 });
  });
});
