import { random, tableFrom, trainTable } from '@downslope/core';
import { describe, expect, it } from 'vitest';
import { importanceOf } from './importance.js';
import { worstOf } from './worst.js';

const dice = random(2, 'rows');
const rows = Array.from({ length: 300 }, () => {
  const [strong, weak, none] = [dice.normal(), dice.normal(), dice.normal()];
  return { none, weak, strong, y: 10 * strong + 2 * weak + 0.1 * dice.normal() };
});
const table = tableFrom(rows);
const trained = trainTable(table, { target: 'y', model: 'linear' }).result;

describe('permutation importance', () => {
  it('ranks features by what the predictions owe them', async () => {
    const { trained: model, predictions } = await trained;
    const { columns, measure, from, leftOut } = importanceOf(model, table, predictions.test!);
    expect(columns.map(({ name }) => name)).toEqual(['strong', 'weak', 'none']);
    // Two independent values of a column with unit variance are √2 apart.
    expect(columns[0]!.rise).toBeGreaterThan(11);
    expect(columns[0]!.rise).toBeLessThan(17);
    expect(Math.abs(columns[2]!.rise)).toBeLessThan(0.01);
    expect([measure, leftOut]).toEqual(['RMSE', 0]);
    expect(from).toBeCloseTo(0.1, 1);
  });

  it('is the same every time', async () => {
    const { trained: model, predictions } = await trained;
    const once = importanceOf(model, table, predictions.test!);
    expect(importanceOf(model, table, predictions.test!)).toEqual(once);
  });

  it('takes a bounded time for wide tables', async () => {
    const wide = tableFrom(
      Array.from({ length: 400 }, (_, i) =>
        Object.fromEntries([
          ['y', i % 7],
          ...Array.from({ length: 300 }, (_, k) => [`c${k}`, dice.normal()]),
        ]),
      ),
    );
    const { trained: model, predictions } = await trainTable(wide, {
      target: 'y',
      task: 'regression',
      model: 'linear',
      epochs: 1,
    }).result;
    const start = process.cpuUsage();
    const { columns, leftOut } = importanceOf(model, wide, predictions.test!);
    const { user, system } = process.cpuUsage(start);
    expect((user + system) / 1e6).toBeLessThan(3);
    expect(columns.length + leftOut).toBe(300);
  });
});

describe('the worst predictions', () => {
  it('are the rows with the greatest errors, with their numbers and cells', async () => {
    const { predictions } = await trained;
    const { rows: at, actual, predicted } = predictions.test!;
    const spoilt = predicted.slice();
    spoilt[7]! += 100;
    const worst = worstOf({ rows: at, actual, predicted: spoilt }, table, ['strong', 'weak']);
    expect(worst.rows).toHaveLength(10);
    expect(worst.rows[0]).toMatchObject({
      row: at[7]! + 1,
      measure: expect.closeTo(-100, 0),
      cells: [rows[at[7]!]!.strong, rows[at[7]!]!.weak].map((value) => String(Number(value.toPrecision(6)))),
    });
  });

  it('of classes are those that were thought the least likely', () => {
    const few = tableFrom([{ x: null }, { x: 2 }, { x: 3.5 }]);
    const predictions = {
      rows: Int32Array.of(0, 1, 2),
      actual: Int32Array.of(0, 1, 1),
      predicted: Float64Array.of(0.9, 0.4, 0.99),
    };
    expect(worstOf(predictions, few, ['x'], ['a', 'b']).rows).toEqual([
      { row: 1, actual: 'a', predicted: 'b', measure: expect.closeTo(0.1, 12), cells: [''] },
      { row: 2, actual: 'b', predicted: 'a', measure: 0.4, cells: ['2'] },
      { row: 3, actual: 'b', predicted: 'b', measure: 0.99, cells: ['3.5'] },
    ]);
  });
});
