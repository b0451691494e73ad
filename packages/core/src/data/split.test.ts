import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columnOf } from './cells.js';
import { tableFrom } from './rows.js';
import {
  columnSplit,
  groupSplit,
  randomSplit,
  type Split,
  splitTable,
  stratifiedSplit,
  timeSplit,
} from './split.js';
import { allRows } from './table.js';

const SHARES = { validation: 0.2, test: 0.2 };
const sizes = (split: Split) => [split.train.length, split.validation.length, split.test.length];
const together = (split: Split) => [...split.train, ...split.validation, ...split.test].sort((a, b) => a - b);

describe('randomSplit', () => {
  it('gives the parts it has always given', () => {
    const split = randomSplit(allRows(10), SHARES, 7);
    expect([...split.train].join()).toMatchInlineSnapshot(`"0,1,3,6,8,9"`);
    expect([...split.validation].join()).toMatchInlineSnapshot(`"2,7"`);
    expect([...split.test].join()).toMatchInlineSnapshot(`"4,5"`);
  });

  it('puts every row into one part, in ascending order', () => {
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 200 }), fc.nat(), (count, seed) => {
        const rows = allRows(count).map((row) => 2 * row);
        const split = randomSplit(rows, SHARES, seed);
        expect(together(split)).toEqual([...rows]);
        expect([...split.train]).toEqual([...split.train].sort((a, b) => a - b));
      }),
    );
  });

  it('trains on everything when nothing is held out', () => {
    const split = randomSplit(allRows(3), { validation: 0, test: 0 }, 1);
    expect([...split.train]).toEqual([0, 1, 2]);
    expect(sizes(split)).toEqual([3, 0, 0]);
  });

  it('refuses shares that make no sense, and too few rows', () => {
    expect(() => randomSplit(allRows(9), { validation: 15, test: 0 }, 1)).toThrow(
      'validation must be a share of the rows from 0 up to 1, such as 0.15, got 15',
    );
    expect(() => randomSplit(allRows(9), { validation: 0, test: Number.NaN }, 1)).toThrow(
      'test must be a share',
    );
    expect(() => randomSplit(allRows(9), { validation: 0.5, test: 0.5 }, 1)).toThrow(
      'leave rows to train on',
    );
    expect(() => randomSplit(allRows(2), SHARES, 1)).toThrow(
      'too few rows to split: 2 rows for train, validation, test; with validation 0 and test 0 all rows train',
    );
    expect(() => randomSplit(allRows(0), { validation: 0, test: 0 }, 1)).toThrow(
      'too few rows to split: 0 rows',
    );
  });
});

describe('stratifiedSplit', () => {
  const cells = [...Array(60).fill('a'), ...Array(30).fill('b'), 'c', 'c', 'd', null];
  const classes = columnOf('y', cells);
  const count = (rows: Int32Array, level: string | null) =>
    [...rows].filter((row) => cells[row] === level).length;

  it('shares out each class alike', () => {
    const split = stratifiedSplit(allRows(cells.length), classes, SHARES, 3);
    const parts = [split.train, split.validation, split.test];
    expect(parts.map((rows) => count(rows, 'a'))).toEqual([36, 12, 12]);
    expect(parts.map((rows) => count(rows, 'b'))).toEqual([18, 6, 6]);
    expect(parts.map((rows) => count(rows, 'c'))).toEqual([1, 1, 0]);
    expect(parts.map((rows) => count(rows, 'd'))).toEqual([1, 0, 0]);
    expect(parts.map((rows) => count(rows, null))).toEqual([1, 0, 0]);
    expect(together(split)).toEqual([...allRows(cells.length)]);
  });

  it('refuses classes so small that a part would be empty', () => {
    const pairs = columnOf('y', ['a', 'a', 'b', 'b']);
    expect(() => stratifiedSplit(allRows(4), pairs, SHARES, 1)).toThrow(
      'too few rows in each class to split: no row is left for test',
    );
  });

  it('depends on the seed', () => {
    const of = (seed: number) => [...stratifiedSplit(allRows(60), classes, SHARES, seed).test].join();
    expect(of(1)).not.toBe(of(2));
    expect(of(1)).toBe(of(1));
  });
});

describe('groupSplit', () => {
  it('keeps groups together and near their shares', () => {
    const groups = columnOf(
      'shop',
      Array.from({ length: 200 }, (_, row) => row % 23),
    );
    const split = groupSplit(allRows(200), groups, SHARES, 5);
    expect(together(split)).toEqual([...allRows(200)]);
    const shops = [split.train, split.validation, split.test].map(
      (rows) => new Set([...rows].map((r) => r % 23)),
    );
    expect(shops.reduce((sum, set) => sum + set.size, 0)).toBe(23);
    for (const [i, wanted] of [120, 40, 40].entries())
      expect(Math.abs(sizes(split)[i]! - wanted)).toBeLessThan(10);
  });

  it('gives each part a group even when one group holds nearly all rows', () => {
    const groups = columnOf('g', ['a', 'b', ...Array(50).fill('c')]);
    for (let seed = 0; seed < 6; seed++)
      expect(Math.min(...sizes(groupSplit(allRows(52), groups, SHARES, seed)))).toBeGreaterThan(0);
  });

  it('refuses fewer groups than parts', () => {
    const groups = columnOf('g', ['a', 'b', 'a', 'b']);
    expect(() => groupSplit(allRows(4), groups, SHARES, 1)).toThrow(
      'too few groups to split: column "g" has 2, and each of 3 parts needs one',
    );
  });
});

describe('timeSplit', () => {
  it('trains on the earliest and tests on the latest', () => {
    const times = columnOf('t', [5, 3, 9, 1, 7]);
    const split = timeSplit(allRows(5), times, SHARES);
    expect([[...split.train], [...split.validation], [...split.test]]).toEqual([[3, 1, 0], [4], [2]]);
  });

  it('keeps the rows of one instant together', () => {
    const times = columnOf('t', [1, 1, 1, 2, 2, 2, 2, 3, 3, 3]);
    const split = timeSplit(allRows(10), times, { validation: 0.4, test: 0.2 });
    expect(sizes(split)).toEqual([3, 4, 3]);
  });

  it('refuses text, missing times and too few instants', () => {
    expect(() => timeSplit(allRows(2), columnOf('t', ['x', 'y']), SHARES)).toThrow('must hold dates');
    expect(() => timeSplit(allRows(3), columnOf('t', [1, 2, null]), SHARES)).toThrow('is missing in 1 row;');
    expect(() => timeSplit(allRows(4), columnOf('t', [1, 1, 1, 1]), SHARES)).toThrow(
      'column "t" has too few different values to split: no row is left for train',
    );
  });
});

describe('columnSplit', () => {
  it('reads the parts, under their usual names', () => {
    const split = columnSplit(allRows(5), columnOf('part', ['test', 'Train', 'val', 'train', 'Validation']));
    expect([[...split.train], [...split.validation], [...split.test]]).toEqual([[1, 3], [2, 4], [0]]);
  });

  it('refuses anything else', () => {
    expect(() => columnSplit(allRows(2), columnOf('part', ['train', 'holdout']))).toThrow(
      'split: column "part" must say train, validation or test in each row, got "holdout"',
    );
    expect(() => columnSplit(allRows(2), columnOf('part', ['train', null]))).toThrow(
      'in each row; 1 row without',
    );
    expect(() => columnSplit(allRows(1), columnOf('part', ['test']))).toThrow(
      'no row of column "part" says train',
    );
  });
});

describe('splitTable', () => {
  const table = tableFrom([1, 2, 3, 4, 5].map((x) => ({ x, g: `g${x}`, part: x < 4 ? 'train' : 'test' })));
  it('splits by the way that is asked for', () => {
    const options = { ...SHARES, seed: 1 };
    expect(sizes(splitTable(table, allRows(5), { ...options, split: 'part' }))).toEqual([3, 0, 2]);
    expect(sizes(splitTable(table, allRows(5), { ...options, time: 'x' }))).toEqual([3, 1, 1]);
    expect(sizes(splitTable(table, allRows(5), { ...options, group: 'g' }))).toEqual([3, 1, 1]);
    expect(sizes(splitTable(table, allRows(5), { ...options, stratify: 'part' }))).toEqual([2, 2, 1]);
    expect(sizes(splitTable(table, allRows(5), options))).toEqual([3, 1, 1]);
  });
  it('refuses two ways at once', () => {
    expect(() => splitTable(table, allRows(5), { ...SHARES, seed: 1, group: 'g', time: 'x' })).toThrow(
      'choose one of split, group and time, got group and time',
    );
  });
});
