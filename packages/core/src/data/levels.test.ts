import { describe, expect, it } from 'vitest';
import { columnOf } from './cells.js';
import { levelsOf } from './levels.js';

describe('levelsOf', () => {
  it.each([
    ['text', ['b', 'a', null, 'b', 'B'], ['B', 'a', 'b'], [2, 1, -1, 2, 0], [1, 1, 2]],
    ['numbers', [10, 9, Number.NaN, Infinity, 10], ['9', '10'], [1, 0, -1, -1, 1], [1, 2]],
    ['booleans', [true, null, false], ['false', 'true'], [1, -1, 0], [1, 1]],
    ['dates', [new Date(86_400_000), null, new Date(0)], ['1970-01-01', '1970-01-02'], [1, -1, 0], [1, 1]],
  ])('orders the distinct %s', (_, cells, levels, codes, counts) => {
    const found = levelsOf(columnOf('x', cells));
    expect(found.levels).toEqual(levels);
    expect([...found.codes]).toEqual(codes);
    expect([...found.counts]).toEqual(counts);
  });

  it('leaves out levels that no row has', () => {
    const unused = { kind: 'text', name: 'x', codes: Int32Array.of(2, 0), levels: ['c', 'b', 'a'] } as const;
    expect(levelsOf(unused)).toMatchObject({ levels: ['a', 'c'], codes: Int32Array.of(0, 1) });
  });
});
