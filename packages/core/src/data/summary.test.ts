import { describe, expect, it } from 'vitest';
import { columnOf } from './cells.js';
import { random } from './random.js';
import { COUNTED, summarise } from './summary.js';

describe('summarise', () => {
  it('counts missing and infinite numbers apart', () => {
    const found = summarise(columnOf('x', [1, 2, 2, 3, null, Infinity, -Infinity]));
    expect(found).toMatchObject({ name: 'x', kind: 'number', rows: 7, missing: 1, infinite: 2, distinct: 3 });
    expect(found.numbers).toMatchObject({ integer: true, min: 1, mean: 2, median: 2, max: 3, outliers: 0 });
  });

  it('counts outliers beyond three interquartile ranges', () => {
    const values = [...Array(50).fill(1), ...Array(50).fill(2), 5, 5.5, -2.5, 100];
    expect(summarise(columnOf('x', values)).numbers).toMatchObject({ outliers: 3, integer: false });
    expect(summarise(columnOf('x', [...Array(90).fill(0), 1, 2])).numbers).toMatchObject({ outliers: 0 });
  });

  it('counts no outliers among a million normal values, but a slip', () => {
    const dice = random(4, 'values');
    const values = Float64Array.from({ length: 1_000_000 }, () => dice.normal());
    const outliers = () => summarise({ kind: 'number', name: 'x', values }).numbers?.outliers;
    expect(outliers()).toBe(0);
    values[12_345] = 10;
    expect(outliers()).toBe(1);
  });

  it('counts the levels of text, the frequent ones first', () => {
    expect(summarise(columnOf('x', ['b', 'a', 'a', null]))).toEqual({
      name: 'x',
      kind: 'text',
      rows: 4,
      missing: 1,
      infinite: 0,
      distinct: 2,
      frequent: [
        { level: 'a', count: 2 },
        { level: 'b', count: 1 },
      ],
    });
  });

  it('looks through booleans and dates', () => {
    expect(summarise(columnOf('x', [true, null, true]))).toMatchObject({ missing: 1, distinct: 1 });
    expect(summarise(columnOf('x', [new Date(4), new Date(8)])).numbers).toMatchObject({ min: 4, max: 8 });
  });

  it('has nothing to say of a column without values', () => {
    const found = summarise(columnOf('x', [null, null]));
    expect(found).toMatchObject({ missing: 2, distinct: 0 });
    expect(found.numbers).toBeUndefined();
  });

  it('stops counting different numbers where they are many', () => {
    const values = Float64Array.from({ length: 3 * COUNTED }, (_, row) => row);
    expect(summarise({ kind: 'number', name: 'x', values }).distinct).toBe(COUNTED + 1);
  });
});
