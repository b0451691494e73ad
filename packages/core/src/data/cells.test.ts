import { describe, expect, it } from 'vitest';
import { asDateWhereIso, asKind, columnOf } from './cells.js';
import { cell, lengthOf } from './table.js';

const cellsOf = (...args: Parameters<typeof columnOf>) => {
  const column = columnOf(...args);
  return [column.kind, ...Array.from({ length: lengthOf(column) }, (_, row) => cell(column, row))];
};

describe('columnOf', () => {
  it('makes numbers of numbers, and marks integers', () => {
    expect(cellsOf('x', [1, 2.5, null, undefined, Number.NaN, -Infinity])).toEqual([
      'number',
      1,
      2.5,
      null,
      null,
      null,
      -Infinity,
    ]);
    expect(columnOf('x', [1, 2n, null])).toMatchObject({ kind: 'number', integer: true });
    expect(columnOf('x', [1, 2.5])).toMatchObject({ integer: false });
  });

  it('makes numbers of text only when all of it reads as numbers', () => {
    expect(cellsOf('x', ['1', ' 2.5', '-3e4', '.5', '+7', 'inf'])).toEqual([
      'number',
      1,
      2.5,
      -30000,
      0.5,
      7,
      Infinity,
    ]);
    expect(cellsOf('x', ['1', 'two'])).toEqual(['text', '1', 'two']);
    expect(cellsOf('x', ['0123', '4567'])).toEqual(['text', '0123', '4567']);
    expect(cellsOf('x', ['0x10', '1'])).toEqual(['text', '0x10', '1']);
  });

  it('takes NA among numbers for missing, but not among words', () => {
    expect(cellsOf('x', ['1', 'NA', '', 'n/a', '?'])).toEqual(['number', 1, null, null, null, null]);
    expect(cellsOf('country', ['NA', 'SE', ''])).toEqual(['text', 'NA', 'SE', null]);
    expect(cellsOf('x', ['NA', 'NA'])).toEqual(['text', 'NA', 'NA']);
  });

  it('makes booleans and dates of their own kinds', () => {
    expect(cellsOf('x', [true, null, false])).toEqual(['boolean', true, null, false]);
    expect(cellsOf('x', [new Date(5), new Date(Number.NaN)])).toEqual(['date', new Date(5), null]);
  });

  it('makes text of a mixture', () => {
    expect(cellsOf('x', [1, 'b', true, new Date(0)])).toEqual(['text', '1', 'b', 'true', '1970-01-01']);
    expect(cellsOf('x', [1, true])).toEqual(['text', '1', 'true']);
  });

  it('takes an invalid date for missing, whatever is around it', () => {
    const never = new Date(Number.NaN);
    expect(cellsOf('x', ['word', never])).toEqual(['text', 'word', null]);
    expect(cellsOf('x', [1, never])).toEqual(['number', 1, null]);
    expect(cellsOf('x', [1, never], 'number')).toEqual(['number', 1, null]);
  });

  it('makes a number column, all missing, of nothing at all', () => {
    expect(cellsOf('x', [null, undefined, ' '])).toEqual(['number', null, null, null]);
  });

  it('refuses what is no cell, naming column and row', () => {
    expect(() => columnOf('tags', [null, ['a']])).toThrow(
      'column "tags" must hold a number, text, true, false or a date in each row; row 2 holds a list',
    );
    expect(() => columnOf('f', [() => 1])).toThrow('row 1 holds a function');
  });
});

describe('a kind that is asked for', () => {
  it.each([
    ['number', ['1', true, 'nan', null, 4], [1, 1, null, null, 4]],
    ['text', [1, true, 'x', ''], ['1', 'true', 'x', null]],
    ['boolean', ['True', 0, 1, 'false', 'NA', null], [true, false, true, false, null, null]],
    ['date', ['1970-01-02', null, new Date(7), 'NA'], [new Date(86_400_000), null, new Date(7), null]],
  ] as const)('%s', (kind, cells, expected) => {
    expect(cellsOf('x', cells, kind)).toEqual([kind, ...expected]);
  });

  it.each([
    ['number', 'abc', 'must hold a number in each row; row 1 holds "abc"'],
    ['boolean', 2, 'must hold true or false in each row; row 1 holds 2'],
    ['date', 'soon', 'must hold a date in each row; row 1 holds "soon"'],
  ] as const)('%s refuses %j', (kind, value, message) => {
    expect(() => columnOf('x', [value], kind)).toThrow(message);
  });

  it('turns a column into another kind', () => {
    const text = columnOf('x', ['3', '4', null], 'text');
    expect(asKind(text, 'number')).toMatchObject({ values: Float64Array.of(3, 4, Number.NaN) });
    expect(asKind(text, 'text')).toBe(text);
  });
});

describe('asDateWhereIso', () => {
  it('turns text into dates when each value is one', () => {
    const dates = asDateWhereIso(columnOf('day', ['1970-01-02', null, '1970-01-01']));
    expect(dates).toMatchObject({ kind: 'date', values: Float64Array.of(86_400_000, Number.NaN, 0) });
  });
  it('leaves other text alone', () => {
    const text = columnOf('day', ['1970-01-02', 'unknown']);
    expect(asDateWhereIso(text)).toBe(text);
  });
});
