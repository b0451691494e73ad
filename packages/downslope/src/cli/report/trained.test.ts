import type { ClassResult, ModelEvent, QuantityResult, Trained } from '@downslope/core';
import picocolors from 'picocolors';
import { describe, expect, it } from 'vitest';
import { preparedLines, resultLines, trainedLines } from './trained.js';

const style = picocolors.createColors(false);
const trained: Trained = {
  model: 'linear',
  status: 'earlyStopped',
  message: 'it got no better',
  loss: 0.25,
  objective: 0.5,
  validationLoss: 0.375,
  bestEpoch: 30,
  epochs: 1050,
  steps: 1050,
  seconds: 1.23,
};
const mlp: Trained = { ...trained, model: 'mlp', validationLoss: 0.3 };
const scores = { rmse: 1.5, mae: 1, r2: 0.5 };
const result = {
  task: 'regression',
  target: 'y',
  rows: { train: 70, test: 30 },
  features: ['x'],
  model: 'mlp',
  objective: 0.5,
  metrics: { train: scores, test: scores, baseline: { rmse: 3, mae: 2, r2: 0 } },
  baseline: { answer: 12.5, metrics: { train: scores } },
  status: 'maxSteps',
  message: '',
  epochs: 1,
  steps: 1,
  seconds: 1,
  notes: [],
  history: [],
} as unknown as QuantityResult;
const compared = (lowerBy: number, other: Trained = trained) => {
  const comparison = { kept: 'mlp', models: [other, mlp], lowerBy, noise: 0, message: '' } as const;
  return resultLines({ ...result, comparison }, style)[0];
};

describe('the report of a run', () => {
  it('names the model that is kept where the training of both broke down', () => {
    const models = [trained, mlp].map((each) => ({ ...each, validationLoss: undefined }));
    const comparison = { kept: 'linear', models, lowerBy: 0, noise: 0, message: '' } as const;
    expect(resultLines({ ...result, comparison }, style)[0]).toBe(
      '  kept       linear, but neither has a validation loss',
    );
  });

  it('tells how the rows are shared out, and what was done to them', () => {
    const rows = { train: 1200, test: 300 };
    const event = { kind: 'prepared', rows, width: 7, notes: ['"a" is filled'] } as const;
    expect(preparedLines(event, 'at random, seed 0', style)).toEqual([
      '  split      1,200 training, 300 test rows, at random, seed 0',
      '  encoded    as 7 columns',
      '             "a" is filled',
    ]);
  });

  it('tells of a model how it was trained, how that ended, and what is kept', () => {
    const model: ModelEvent = {
      kind: 'model',
      model: 'linear',
      parameters: 5379,
      optimizer: 'adam',
      batch: 64,
      epochs: 2000,
    };
    expect(trainedLines(model, trained, style)).toEqual([
      '  linear     5,379 weights, adam, batches of 64',
      '             1,050 epochs in 1.2 s: it got no better',
      '             loss 0.2500 in training, 0.3750 in validation, after epoch 30',
    ]);
    const last = { ...trained, validationLoss: undefined, bestEpoch: 1050 };
    expect(trainedLines({ ...model, batch: 'full' }, last, style).slice(0, 3)).toEqual([
      '  linear     5,379 weights, adam, full batches',
      '             1,050 epochs in 1.2 s: it got no better',
      '             loss 0.2500 in training',
    ]);
  });

  it('tells which model is kept, and by how much it is better', () => {
    expect([
      compared(0.2),
      compared(0),
      compared(-0.02),
      compared(0.999),
      compared(1, { ...trained, validationLoss: undefined }),
    ]).toEqual([
      '  kept       mlp: its validation loss is 20% below that of linear',
      '  kept       mlp: both validate alike, and it is the simpler one',
      '  kept       mlp: both validate alike, and it is the simpler one',
      '  kept       mlp: its validation loss is a small part of that of linear',
      '  kept       mlp, as linear has no validation loss: it got no better',
    ]);
  });

  it('sets the scores beside the baseline', () => {
    expect(
      resultLines(result, style).join('\n').trimStart(),
    ).toBe(`scores            training     test   baseline
             RMSE      1.500    1.500      3.000
             MAE       1.000    1.000      2.000
             R²       0.5000   0.5000     0.0000
             baseline: always 12.50, the mean in training (test rows)`);
  });

  it('says what speaks against the model', () => {
    const worse = { ...result.metrics, test: { rmse: 3, mae: 1, r2: 0.5 } };
    expect(resultLines({ ...result, status: 'nonFinite', metrics: worse }, style).slice(-2)).toEqual([
      '  doubts     the training broke down; try a smaller --lr',
      '             on the test rows the model is no better than the baseline',
    ]);
    const classes = { accuracy: 0.5, macroF1: 0.5, confusion: [] };
    const metrics = { train: { ...classes, logLoss: 0.7 }, baseline: { ...classes, logLoss: 0.6 } };
    const other = { ...result, task: 'binary', classes: ['a', 'b'], metrics, baseline: { answer: 'a' } };
    expect(resultLines(other as unknown as ClassResult, style).at(-1)).toBe(
      '  doubts     on the training rows the model is no better than the baseline',
    );
  });
});
