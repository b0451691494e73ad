import { describe, expect, it } from 'vitest';
import { columnOf } from './cells.js';
import { rowsOf, tableFrom } from './rows.js';
import { column, isMissing, tableOf, takeRows } from './table.js';

describe('tableFrom', () => {
  it('collects columns in order of first appearance', () => {
    const rows = [
      { a: 1, b: 'x' },
      { b: 'y', c: true, a: null },
    ];
    const table = tableFrom(rows);
    expect(table.columns.map((each) => [each.name, each.kind])).toEqual([
      ['a', 'number'],
      ['b', 'text'],
      ['c', 'boolean'],
    ]);
    expect(rowsOf(table)).toEqual([
      { a: 1, b: 'x', c: null },
      { a: null, b: 'y', c: true },
    ]);
  });

  it('counts rows even where nothing is in them', () => {
    expect(tableFrom([])).toMatchObject({ rows: 0, columns: [] });
    expect(tableFrom([{}, {}])).toMatchObject({ rows: 2, columns: [] });
  });

  it.each([null, 'a,b'])('refuses a row that is no object: %j', (row) => {
    expect(() => tableFrom([{ a: 1 }, row as never])).toThrow(
      `rows must be objects such as { size: 50 }; row 2 is ${JSON.stringify(row)}`,
    );
  });
});

describe('tableOf', () => {
  it('renames columns of one name and says so', () => {
    const table = tableOf([columnOf('x', [1]), columnOf('x', [2])], ['read as CSV']);
    expect(table.columns.map((each) => each.name)).toEqual(['x', 'x (2)']);
    expect(table.notes).toEqual([
      'read as CSV',
      'several columns have one name; the later ones are now "x (2)"',
    ]);
  });

  it('refuses columns of different lengths', () => {
    expect(() => tableOf([columnOf('x', [1]), columnOf('y', [1, 2])])).toThrow(
      'columns must have one length; "x" has 1 rows, "y" has 2',
    );
  });
});

describe('column', () => {
  it('suggests the nearest name', () => {
    const table = tableFrom([{ price: 1, rooms: 2 }]);
    expect(column(table, 'price').name).toBe('price');
    expect(() => column(table, 'prise')).toThrow('no column "prise"; did you mean "price"?');
    expect(() => column(table, 'zebra')).toThrow('the columns are "price", "rooms"');
  });
});

describe('takeRows', () => {
  it('takes cells of every kind, in the order given', () => {
    const rows = [
      { n: 1, t: 'a', b: true, d: new Date(1) },
      { n: null, t: null, b: null, d: null },
      { n: 3, t: 'c', b: false, d: new Date(3) },
    ];
    const taken = takeRows(tableFrom(rows), Int32Array.of(2, 1, 2));
    expect(rowsOf(taken)).toEqual([rows[2], rows[1], rows[2]]);
    expect(() => takeRows(taken, Int32Array.of(3))).toThrow('internal');
  });
});

describe('isMissing', () => {
  it('counts numbers that are not finite', () => {
    const numbers = columnOf('x', [1, Infinity, null]);
    expect([0, 1, 2].map((row) => isMissing(numbers, row))).toEqual([false, true, true]);
  });
});
