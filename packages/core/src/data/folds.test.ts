import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldsOf } from './folds.js';
import { tableFrom } from './rows.js';
import { allRows, column, type TextColumn } from './table.js';

const table = tableFrom(
  Array.from({ length: 103 }, (_, i) => ({ class: i % 10 === 0 ? 'rare' : 'usual', group: `g${i % 17}` })),
);
const codesOf = (name: string) => (column(table, name) as TextColumn).codes;

describe('folds', () => {
  it('hold each row once, in ascending order, and are of nearly one size', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 12 }),
        fc.nat(1000),
        fc.integer({ min: 12, max: 103 }),
        (count, seed, rows) => {
          const folds = foldsOf(allRows(rows), count, { seed });
          expect(folds.flatMap((fold) => [...fold]).sort((a, b) => a - b)).toEqual([...allRows(rows)]);
          for (const fold of folds) expect([...fold]).toEqual([...fold].sort((a, b) => a - b));
          const sizes = folds.map((fold) => fold.length);
          expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  it('share out each class alike', () => {
    const codes = codesOf('class');
    for (const fold of foldsOf(allRows(103), 5, { seed: 3, classes: column(table, 'class') })) {
      const rare = [...fold].filter((row) => codes[row] === codes[0]).length;
      expect([2, 3]).toContain(rare);
    }
  });

  it('keep groups together', () => {
    const codes = codesOf('group');
    const folds = foldsOf(allRows(103), 4, { seed: 3, groups: column(table, 'group') });
    const groups = folds.map((fold) => new Set([...fold].map((row) => codes[row])));
    expect(groups.reduce((sum, { size }) => sum + size, 0)).toBe(17);
    expect(Math.max(...folds.map(({ length }) => length))).toBeLessThan(40);
  });

  it('differ by the seed, and are the same for the same', () => {
    const of = (seed: number) => foldsOf(allRows(50), 5, { seed });
    expect(of(1)).toEqual(of(1));
    expect(of(1)).not.toEqual(of(2));
  });

  it('need rows and groups enough', () => {
    expect(() => foldsOf(allRows(3), 5, { seed: 0 })).toThrow(
      '5 folds need as many rows, and there are 3 rows',
    );
    expect(() => foldsOf(allRows(103), 18, { seed: 0, groups: column(table, 'group') })).toThrow(
      '18 folds need as many groups, and column "group" has 17',
    );
  });
});
