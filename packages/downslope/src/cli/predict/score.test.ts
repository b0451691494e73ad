import { tableFrom, tableOf, trainTable } from '@downslope/core';
import { expect, it } from 'vitest';
import { scoresOf } from './score.js';

const rows = Array.from({ length: 60 }, (_, i) => ({
  x: Math.sin(i),
  size: 3 * Math.sin(i) + 1 + (i % 3) / 100,
  wet: Math.sin(i) > 0.2,
  sort: ['a', 'b', 'c'][Math.min(2, Math.floor(1.5 + 1.5 * Math.sin(i)))]!,
}));
const table = tableFrom(rows);
const options = { features: ['x'], model: 'linear', validation: 0, test: 0 } as const;

it.each(['size', 'wet', 'sort'])('scores are those of training on the same rows: %s', async (target) => {
  const { trained, metrics } = await trainTable(table, { ...options, target }).result;
  expect(scoresOf(trained, table, trained.predictTable(table))).toEqual({ rows: 60, scores: metrics.train });
});

it('only rows with a target are judged, and a table without is not', async () => {
  const { trained } = await trainTable(table, { ...options, target: 'size' }).result;
  const some = tableFrom(rows.map((row, i) => (i < 10 ? row : { ...row, size: null })));
  expect(scoresOf(trained, some, trained.predictTable(some))?.rows).toBe(10);
  const none = tableOf(table.columns.filter(({ name }) => name === 'x'));
  expect(scoresOf(trained, none, trained.predictTable(none))).toBeUndefined();
});
