import { describe, expect, it } from 'vitest';
import { betterOf, comparisonOf, noiseBetween } from './compare.js';
import type { Trained } from './events.js';

const trained = (model: Trained['model'], validationLoss?: number): Trained => ({
  model,
  status: validationLoss === undefined ? 'nonFinite' : 'earlyStopped',
  message: 'a loss was not finite',
  loss: 1,
  objective: 1,
  validationLoss,
  bestEpoch: 1,
  epochs: 2,
  steps: 3,
  seconds: 4,
});

describe('the comparison of two models', () => {
  it.each([
    [
      2,
      1.6,
      'mlp',
      0.2,
      'kept the mlp model: its validation loss is 1.6, 20% below that of the linear model, 2',
    ],
    [
      1.5,
      1.6,
      'linear',
      0.0625,
      'kept the linear model: its validation loss is 1.5, 6.3% below that of the mlp model, 1.6',
    ],
    [
      8,
      0.004,
      'mlp',
      0.9995,
      'kept the mlp model: its validation loss is 0.004, 99.95% below that of the linear model, 8',
    ],
    [2, 2, 'linear', 0, 'kept the linear model: both have the validation loss 2'],
    [
      2,
      undefined,
      'linear',
      1,
      'kept the linear model: the mlp model has no validation loss (a loss was not finite)',
    ],
    [
      undefined,
      undefined,
      'linear',
      0,
      'kept the linear model: neither has a validation loss (a loss was not finite)',
    ],
    [
      undefined,
      3,
      'mlp',
      1,
      'kept the mlp model: the linear model has no validation loss (a loss was not finite)',
    ],
    [
      2,
      1.95,
      'linear',
      -2 / 78,
      'kept the linear model: its validation loss is 2, and that of the mlp model, 1.95, is lower by no more than chance can make it',
    ],
  ] as const)('of losses %s and %s keeps the %s model', (linear, mlp, kept, lowerBy, message) => {
    const models = [trained('linear', linear), trained('mlp', mlp)];
    const noise = 0.1;
    const found = { kept, models, noise, message, lowerBy: expect.closeTo(lowerBy, 12) };
    expect(comparisonOf(models, noise)).toEqual(found);
    expect(betterOf(models, noise).model).toBe(kept);
  });

  it('takes a third of the standard error of the differences for noise', () => {
    // ⅓·statistics.stdev([1, -1, 0.5, 2])/√4
    const noise = noiseBetween(Float64Array.of(2, 1, 1.5, 4), Float64Array.of(1, 2, 1, 2));
    expect(noise).toBeCloseTo(0.625 / 3, 14);
    expect(noiseBetween(Float64Array.of(2), Float64Array.of(1))).toBe(Infinity);
  });

  it('is not made of one model', () => {
    expect(comparisonOf([trained('linear', 2)], 0)).toBeUndefined();
  });
});
