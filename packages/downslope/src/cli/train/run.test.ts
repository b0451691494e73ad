import { tableFrom, trainTable } from '@downslope/core';
import picocolors from 'picocolors';
import { describe, expect, it } from 'vitest';
import { eventOf, savedLines, summaryOf } from './run.js';

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

  it('is logged without the model and without epochs a second time', async () => {
    const end = eventOf({ kind: 'end', result: await result });
    expect(end).toMatchObject({ kind: 'end', model: 'linear' });
    expect(Object.keys(end)).not.toEqual(expect.arrayContaining(['trained']));
    expect(Object.keys(end)).not.toEqual(expect.arrayContaining(['history']));
  });
});

describe('the last lines', () => {
  it('say how to predict, with the ending of the table', () => {
    expect(savedLines('runs/a', 'x/y.jsonl.gz', style).join('\n')).toMatch(
      / predict runs\/a new\.jsonl\.gz --out predictions\.csv/,
    );
    expect(savedLines('runs/a', undefined, style).join('\n')).toMatch(/ new\.csv /);
  });

  it('quote a folder for the shell where it needs it', () => {
    expect(savedLines("my run's", 'a', style).join('\n')).toContain(" predict 'my run'\\''s' new.csv ");
  });
});
