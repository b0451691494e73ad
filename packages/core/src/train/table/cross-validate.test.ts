import { describe, expect, it } from 'vitest';
import { tableFrom } from '../../data/rows.js';
import { crossValidate, type FoldEvent } from './cross-validate.js';

const rows = Array.from({ length: 80 }, (_, i) => ({
  x: (i * 7) % 31,
  site: `s${i % 9}`,
  y: 3 * ((i * 7) % 31) + ((i * 13) % 11),
  kind: (i * 7) % 31 > 15 ? 'high' : 'low',
}));
const table = tableFrom(rows);
const options = { target: 'y', model: 'linear', features: ['x'] } as const;

describe('cross-validation', () => {
  it('judges each row once, by a model that has not seen it', async () => {
    const { folds, mean, std, baseline } = await crossValidate(table, { ...options, folds: 4 }).result;
    expect(folds.map(({ rows: { test } }) => test)).toEqual([20, 20, 20, 20]);
    expect(folds.every(({ rows: { train, validation } }) => train + validation === 60)).toBe(true);
    // y is a line and noise that is spread evenly over 0 … 10: √10 about the line
    expect(mean.rmse).toBeGreaterThan(2.9);
    expect(mean.rmse).toBeLessThan(3.6);
    expect(std.rmse).toBeGreaterThan(0);
    expect(baseline.rmse).toBeGreaterThan(20);
  });

  it('gives mean and deviation of what the folds gave, and tells of each', async () => {
    const run = crossValidate(table, { ...options, target: 'kind', folds: 3, group: 'site' });
    const events: FoldEvent[] = [];
    for await (const event of run) if (event.kind === 'fold') events.push(event);
    const { folds, mean, std } = await run.result;
    expect(events.map(({ kind, folds: _, ...fold }) => fold)).toEqual(folds);
    const values = folds.map(({ metrics }) => (metrics as { accuracy: number }).accuracy);
    const center = (values[0]! + values[1]! + values[2]!) / 3;
    expect(mean.accuracy).toBeCloseTo(center, 12);
    expect(std.accuracy).toBeCloseTo(Math.sqrt(values.reduce((s, v) => s + (v - center) ** 2, 0) / 2), 12);
  });

  it('is the same for the same seed', async () => {
    const of = async (seed: number) =>
      (await crossValidate(table, { ...options, seed, folds: 2 }).result).mean;
    expect(await of(4)).toEqual(await of(4));
    expect(await of(4)).not.toEqual(await of(5));
  });

  it('ends early when told to, with the folds that are done', async () => {
    const run = crossValidate(table, { ...options, folds: 5 });
    for await (const event of run) if (event.kind === 'fold') break;
    const { status, folds } = await run.result;
    expect(status).toBe('aborted');
    expect(folds.length).toBeLessThan(5);
  });

  it.each([
    [{ folds: 1 }, 'folds must be a whole number from 2 on, got 1'],
    [{ folds: 81 }, 'folds: 81 folds need as many rows, and there are 80 rows'],
    [{ folds: 3, test: 0.2 }, 'test: folds decide which rows judge; leave out one of them'],
  ])('refuses %o', async (more, message) => {
    await expect(crossValidate(table, { ...options, ...more }).result).rejects.toThrow(message);
  });
});
