import { tableFrom, trainTable } from '@downslope/core';
import picocolors from 'picocolors';
import { describe, expect, it } from 'vitest';
import { lineOf, savedLines, summaryOf } from './run.js';

const style = picocolors.createColors(false);

describe('what a run leaves', () => {
  const rows = Array.from({ length: 20 }, (_, i) => ({ x: i / 3, y: 2.5 * i }));
  const result = trainTable(tableFrom(rows), { target: 'y', model: 'linear', epochs: 2, test: 0 }).result;

  it('is summed up in one object, null where there are no rows', async () => {
    expect(summaryOf(await result, 'runs/a')).toMatchObject({
      task: 'regression',
      rows: { train: 17, validation: 3, test: 0 },
      metrics: {
        validation: { rmse: expect.any(Number) },
        test: null,
        baseline: { mae: expect.any(Number) },
      },
      epochs: 2,
      run: 'runs/a',
    });
  });

  it('is logged without the model, the predictions, and the epochs a second time', async () => {
    const end = lineOf({ kind: 'end', result: await result });
    expect(end).toMatchObject({ kind: 'end', model: 'linear' });
    expect(end).not.toHaveProperty('trained');
    expect(end).not.toHaveProperty('history');
    expect(end).not.toHaveProperty('predictions');
  });

  it('is logged with fewer of its epochs the more there are', () => {
    const epoch = {
      kind: 'epoch',
      model: 'linear',
      epochs: 1e5,
      steps: 1,
      loss: 1,
      gradNorm: 1,
      lr: 1,
      seconds: 1,
    } as const;
    const logged = (first: number, last: number) =>
      Array.from({ length: last - first + 1 }, (_, i) => first + i).filter((each) =>
        lineOf({ ...epoch, epoch: each }),
      );
    expect(logged(1, 999)).toHaveLength(999);
    expect(logged(1000, 1050)).toEqual([1000, 1010, 1020, 1030, 1040, 1050]);
    expect(logged(10_000, 10_250)).toEqual([10_000, 10_100, 10_200]);
  });
});

describe('the last lines', () => {
  it('say how to predict, with the ending of the table', () => {
    expect(savedLines('runs/a', 'runs/a/report.html', 'x/y.jsonl.gz', style).join('\n')).toMatch(
      / predict runs\/a new\.jsonl\.gz --out predictions\.csv/,
    );
    expect(savedLines('runs/a', undefined, undefined, style).join('\n')).toMatch(/ new\.csv /);
  });

  it('quote a folder for the shell where it needs it', () => {
    expect(savedLines("my run's", undefined, 'a', style).join('\n')).toContain(
      " predict 'my run'\\''s' new.csv ",
    );
  });
});
