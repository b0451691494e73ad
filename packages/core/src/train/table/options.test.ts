import { describe, expect, it } from 'vitest';
import { type TrainTableOptions, tableSettings } from './options.js';

describe('the options of a table', () => {
  it('have defaults, also where undefined is given', () => {
    expect(tableSettings({ target: 'y', seed: undefined, group: undefined, test: 0 })).toEqual({
      target: 'y',
      validation: 0.15,
      test: 0,
      missing: 'impute',
      dates: 'days',
      model: 'auto',
      hidden: [64, 64],
      seed: 0,
      dtype: 'float32',
    });
  });

  it.each([
    [{ target: undefined }, 'target must be the name of a column, got null'],
    [{ lr: -1 }, "lr must be a number above 0, or 'auto', got -1"],
    [{ lr: '0.1' }, "lr must be a number above 0, or 'auto', got '0.1'"],
    [{ batch: 0.5 }, "batch must be a positive integer, 'full' or 'auto', got 0.5"],
    [{ epochs: 0 }, 'epochs must be a positive integer, got 0'],
    [{ l2: Number.NaN }, 'l2 must be a number ≥ 0, got NaN'],
    [{ patience: 1.5 }, 'patience must be an integer ≥ 0, got 1.5'],
    [{ seed: -1 }, 'seed must be an integer ≥ 0, got -1'],
    [{ model: 'tree' }, "model must be one of auto, linear, mlp, got 'tree'"],
    [{ missing: 'ignore' }, "missing must be one of impute, drop, got 'ignore'"],
    [{ dates: 'weeks' }, "dates must be one of days, year, got 'weeks'"],
    [{ dtype: 'float16' }, "dtype must be one of float32, float64, got 'float16'"],
    [{ numerics: 'exact' }, "numerics must be one of fast, portable, got 'exact'"],
    [{ hidden: [64, 0] }, 'hidden must be a list of positive integers, such as [64, 64], got [64,0]'],
    [
      { validation: 1 },
      'validation must be a share of the rows from 0 up to 1, such as 0.15, or a table, got 1',
    ],
    [
      { test: 'a.csv' },
      "test must be a share of the rows from 0 up to 1, such as 0.15, or a table, got 'a.csv'",
    ],
    [{ optimizer: 'adma' }, 'optimizer must be one of sgd, adam, '],
    [{ schedule: 'cos' }, 'schedule must be one of constant, stepDecay, exponential, cosine, warmup'],
    [{ epoch: 3 }, 'trainTable: there is no option epoch; did you mean "epochs"?'],
    [{ clip: { norm: -1 } }, 'clip.norm must be a number above 0, got -1'],
    [{ stop: { second: 3 } }, 'there is no option stop.second; did you mean "seconds"?'],
    [{ earlyStopping: { mode: 'min' } }, 'trainTable: there is no option earlyStopping.mode'],
    [{ reduceOnPlateau: { factor: 2 } }, 'reduceOnPlateau.factor must be a number between 0 and 1, got 2'],
    [{ average: 'mean' }, "average must be one of ema, swa, got 'mean'"],
    [
      { growBatch: 2, accumulate: 2 },
      'growBatch: a batch that grows is not cut into parts; leave out accumulate',
    ],
    [{ scaleRate: 'sqrt' }, 'scaleRate: it is for a batch that grows, and this one stays; leave it out'],
    [{ split: 'part', test: 0.2 }, 'test: the column "part" (split) decides that; leave out one of them'],
    [{ model: 'linear', hidden: [8] }, 'hidden: a linear model has no hidden layers'],
  ])('%o are refused', (options, message) => {
    expect(() => tableSettings({ target: 'y', ...options } as TrainTableOptions)).toThrow(message);
  });
});
