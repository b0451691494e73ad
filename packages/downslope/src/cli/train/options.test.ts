import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tableFrom } from '@downslope/core';
import { afterAll, describe, expect, it } from 'vitest';
import { runName, splitInWords, trainTableOptions } from './options.js';

const folder = mkdtempSync(join(tmpdir(), 'downslope-options-'));
afterAll(() => rmSync(folder, { recursive: true }));
const table = tableFrom([{ 'a\nb': 1, c: 2 }]);

describe('the options of trainTable', () => {
  it('are the flags, with files read and without what is the command’s own', async () => {
    const test = join(folder, 'test.csv');
    writeFileSync(test, 'c\n7\n8\n');
    const flags = {
      target: 'c',
      splitColumn: 'part',
      test,
      validation: 0.1,
      l2: 0.5,
      json: true,
      out: 'run',
    };
    expect(await trainTableOptions(flags, table)).toMatchObject({
      target: 'c',
      split: 'part',
      validation: 0.1,
      test: { rows: 2 },
      l2: 0.5,
    });
    expect(await trainTableOptions(flags, table)).not.toHaveProperty('json');
  });

  it('group what belongs together', async () => {
    const flags = {
      target: 'c',
      shuffle: 'no',
      clip: 1,
      nonFinite: 'lower-rate',
      reduceOnPlateau: 0.5,
      earlyStoppingMetric: 'r2',
      stopLossTol: 1e-4,
      stopWindow: 3,
      tensorboard: true,
    } as const;
    const options = await trainTableOptions(flags, table);
    expect(Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))).toEqual({
      target: 'c',
      shuffle: false,
      clip: { norm: 1 },
      nonFinite: 'lowerRate',
      reduceOnPlateau: { factor: 0.5 },
      earlyStopping: { metric: 'r2' },
      stop: { lossTol: { relative: 1e-4 }, window: 3 },
    });
    await expect(trainTableOptions({ target: 'c', plateauPatience: 3 }, table)).rejects.toThrow(
      '--plateau-patience is for --reduce-on-plateau',
    );
  });

  it('need a target; without one the columns are listed, each in one line', async () => {
    await expect(trainTableOptions({}, table)).rejects.toThrow('is to be predicted? there are a b, c');
    const wide = tableFrom([Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`c${i}`, i]))]);
    await expect(trainTableOptions({}, wide)).rejects.toThrow(/c48, c49 and 10 more$/);
  });
});

it('the split is told in words', () => {
  const target = 'y';
  expect([
    splitInWords({ target }, true),
    splitInWords({ target, seed: 7 }, false),
    splitInWords({ target, group: 'patient' }, true),
    splitInWords({ target, time: 'day' }, true),
    splitInWords({ target, split: 'part' }, true),
  ]).toEqual([
    'at random, each class alike, seed 0',
    'at random, seed 7',
    'each patient in one part, seed 0',
    'in order of day',
    'as part says',
  ]);
});

it('a run is named after table and target', () => {
  expect([
    runName('data/houses.csv.gz', 'price'),
    runName('houses', 'price'),
    runName('2024.05.csv', 'y'),
    runName(undefined, 'y'),
  ]).toEqual(['houses price', 'houses price', '2024.05 y', 'query y']);
});
