import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { columnOf } from './cells.js';
import { type InspectOptions, inspect } from './inspect.js';
import { tableFrom } from './rows.js';
import { tableOf } from './table.js';

const EXAMPLES = new URL('../../../../examples/data/', import.meta.url);
const example = (file: string) => tableFrom(JSON.parse(readFileSync(new URL(file, EXAMPLES), 'utf8')));

/** A column `x` among others, for a target y of 40 numbers with decimals or of two classes. */
const ROWS = 40;
const other = Array.from({ length: ROWS }, (_, i) => Math.sin(7 * i));
const quantity = Array.from({ length: ROWS }, (_, i) => Math.cos(3 * i));
const classes = Array.from({ length: ROWS }, (_, i) => (i % 3 === 0 ? 'yes' : 'no'));
const verdictOn = (
  x: readonly unknown[],
  y: readonly unknown[] = quantity,
  options?: Partial<InspectOptions>,
  name = 'x',
) => {
  const table = tableOf([columnOf('other', other), columnOf(name, x), columnOf('y', y)]);
  return inspect(table, { target: 'y', ...options });
};
const rows = (make: (i: number) => unknown) => Array.from({ length: ROWS }, (_, i) => make(i));

describe('inspect leaves out', () => {
  it.each([
    ['nothing at all', rows(() => null), 'empty', 'it has no values'],
    ['only infinities', rows(() => Infinity), 'empty', 'it has no values'],
    ['a constant', rows(() => 'same'), 'constant', 'all its values are the same'],
    ['a row number', rows((i) => i + 1), 'rowNumber', 'it numbers the rows'],
    [
      'a row number backwards, with gaps',
      rows((i) => 100 - i - Math.floor(i / 2)),
      'rowNumber',
      'it numbers the rows',
    ],
    [
      'a name for each row',
      rows((i) => `row ${i * i}`),
      'identifier',
      'it names the rows: no value occurs twice',
    ],
    ['the target again', quantity, 'twin', 'it has the same values as the target'],
  ])('%s', (_, x, kind, reason) => {
    const found = verdictOn(x);
    expect(found.features).toEqual(['other']);
    expect(found.leftOut).toEqual([{ name: 'x', kind, reason: expect.stringContaining(reason) }]);
    expect(found.columns[1]).toMatchObject({ role: 'left out', reason: expect.stringContaining(reason) });
  });

  it('whole numbers called an identifier when no value occurs twice', () => {
    const ids = rows((i) => (i * 7919) % 10_007);
    for (const name of ['id', 'customer_id', 'userId', 'Order No'])
      expect(verdictOn(ids, quantity, {}, name).leftOut).toMatchObject([{ kind: 'identifier' }]);
    for (const name of ['grid', 'x', 'income'])
      expect(verdictOn(ids, quantity, {}, name).features).toContain(name);
    expect(
      verdictOn(
        rows((i) => i % 9),
        quantity,
        {},
        'id',
      ).features,
    ).toContain('id');
  });

  it('the classes of the target under other names', () => {
    const coded = classes.map((label) => (label === 'yes' ? 1 : 0));
    expect(verdictOn(coded, classes).leftOut).toMatchObject([
      { kind: 'twin', reason: 'it names the classes of the target in another way' },
    ]);
    expect(verdictOn(classes, coded).leftOut).toMatchObject([{ kind: 'twin' }]);
    const nearly = coded.map((code, i) => (i === 0 ? 0 : code));
    expect(verdictOn(nearly, classes).features).toContain('x');
  });

  it('free text, but not text of few levels', () => {
    const text = (levels: number) => Array.from({ length: 600 }, (_, i) => `level ${(i * 31) % levels}`);
    const table = (levels: number) =>
      tableOf([
        columnOf('x', text(levels)),
        columnOf(
          'y',
          Array.from({ length: 600 }, (_, i) => Math.sin(i)),
        ),
      ]);
    expect(() => inspect(table(121), { target: 'y' })).toThrow(
      'no usable feature: "x": it is free text: 121 different values in 600 rows',
    );
    expect(inspect(table(120), { target: 'y' })).toMatchObject({
      features: ['x'],
      columns: [{ notes: ['120 different texts: the rarer ones will share one column'] }, {}],
    });
  });

  it('columns that decide the split, unless asked for', () => {
    const group = rows((i) => `g${i % 5}`);
    expect(verdictOn(group, quantity, { group: 'x' }).leftOut).toMatchObject([
      { name: 'x', kind: 'reserved', reason: 'it decides the split (group)' },
    ]);
    expect(verdictOn(group, quantity, { group: 'x', features: ['x'] }).features).toEqual(['x']);
  });
});

describe('inspect keeps', () => {
  it('decimals, dates and booleans, however different', () => {
    expect(verdictOn(rows((i) => i + 0.5)).features).toContain('x');
    expect(verdictOn(rows((i) => new Date(i * 86_400_000))).features).toContain('x');
    expect(verdictOn(rows((i) => i < 5)).features).toContain('x');
  });

  it('a constant with gaps where gaps become information, not where rows with gaps are dropped', () => {
    const gaps = rows((i) => (i % 2 ? 1 : null));
    expect(verdictOn(gaps).features).toContain('x');
    expect(verdictOn(gaps, quantity, { missing: 'drop' }).leftOut).toMatchObject([{ kind: 'constant' }]);
  });

  it('row numbers when there is nothing else, and says so', () => {
    const table = tableFrom([1, 2, 3, 4].map((x) => ({ x, y: 0.5 * x })));
    const found = inspect(table, { target: 'y' });
    expect(found.features).toEqual(['x']);
    expect(found.leftOut).toEqual([]);
    expect(found.notes).toEqual([
      '"x" is kept as there is no other feature, although it numbers the rows: whole numbers in order, each once',
    ]);
  });

  it('what is asked for by name, and says so, unless it holds no information', () => {
    const kept = verdictOn(
      rows((i) => i),
      quantity,
      { features: ['x'] },
    );
    expect(kept.features).toEqual(['x']);
    expect(kept.notes).toEqual([
      '"x" is kept as asked, although it numbers the rows: whole numbers in order, each once',
    ]);
    expect(kept.columns[0]).toMatchObject({ name: 'other', role: 'unused' });
    const useless = verdictOn(
      rows(() => 1),
      quantity,
      { features: ['x', 'other'] },
    );
    expect(useless.leftOut).toEqual([
      {
        name: 'x',
        kind: 'constant',
        reason: 'all its values are the same, so it cannot help though asked for',
      },
    ]);
  });
});

describe('inspect notes', () => {
  it.each([
    ['infinite cells', rows((i) => (i < 2 ? Infinity : Math.sin(i))), '2 infinite values, taken as missing'],
    ['gaps', rows((i) => (i % 4 ? null : Math.sin(i))), '75% of its values are missing'],
    [
      'outliers',
      rows((i) => (i === 5 ? 1e6 : Math.sin(i))),
      '1 value far from the rest (it reaches from −1 to 1,000,000)',
    ],
    ['skew', rows((i) => 1.4 ** i), 'skewed (3.'],
    ['numbers with text among them', rows((i) => (i === 3 ? 'n.n.' : `${i % 6}`)), 'values such as "n.n."'],
    [
      'the target in disguise',
      quantity.map((y) => 3 * y + 1),
      'it moves as the target does (correlation 1.0000)',
    ],
  ])('%s', (_, x, line) => {
    expect(verdictOn(x).columns[1]!.notes).toContainEqual(expect.stringContaining(line));
  });

  it('nothing of an ordinary column', () => {
    expect(verdictOn(rows((i) => Math.sin(5 * i + 1))).columns[1]!.notes).toEqual([]);
  });

  it('numbers that are text because of a word, also where that leaves the column out', () => {
    const rows = Array.from({ length: 120 }, (_, i) => ({
      x: i % 40 === 7 ? 'n.a.' : `${i}.5`,
      z: i % 7,
      y: i % 9,
    }));
    const found = inspect(tableFrom(rows), { target: 'y' });
    expect(found.columns[0]).toMatchObject({
      role: 'left out',
      notes: ['mostly numbers, but it is taken as text because of values such as "n.a."'],
    });
  });
});

describe('inspect refuses', () => {
  it.each([
    [{ target: 'z' }, 'target: no column "z"; the columns are "other", "x", "y"'],
    [{ features: ['othr'] }, 'features: no column "othr"; did you mean "other"?'],
    [{ exclude: ['y'] }, 'exclude: "y" is the target'],
    [{ group: 'shop' }, 'group: no column "shop"'],
    [{ exclude: ['x', 'other'] }, 'no usable feature: "other": excluded, as asked; "x": excluded, as asked'],
  ])('%j', (options, message) => {
    expect(() =>
      verdictOn(
        other.map((v) => v ** 2),
        quantity,
        options,
      ),
    ).toThrow(message);
  });

  it.each([
    [
      'a',
      (i: number) => 1e200 * i,
      'target "y" reaches from 0 to 3.9e+201, and that is too far to reckon with',
    ],
    ['near zero', (i: number) => 1e-170 * i, 'target "y" reaches from 0 to 3.9e-169, and that is too little'],
  ])('a target whose squared error no number holds, %s', (_, y, message) => {
    const found = tableFrom(Array.from({ length: 40 }, (_, i) => ({ x: Math.sin(i), y: y(i) })));
    expect(() => inspect(found, { target: 'y' })).toThrow(message);
    expect(inspect(found, { target: 'x' }).features).toEqual(['y']);
  });

  it.each([1.6e308, 1e-311])('a feature whose spread no number holds: %s', (unit) => {
    const found = tableFrom([0.5, 1, -0.5, -1, 0.1].map((v, i) => ({ x: unit * v, y: Math.sin(i) })));
    expect(() => inspect(found, { target: 'y' })).toThrow('feature "x" reaches from ');
    expect(() => inspect(found, { target: 'y', exclude: ['x'] })).toThrow('no usable feature');
  });

  it('a table of identifiers only, and says how to use one', () => {
    const only = tableFrom([0.3, 0.1, 0.7, 0.4].map((y, i) => ({ id: ((i * 7) % 4) * 100, y })));
    expect(() => inspect(only, { target: 'y' })).toThrow(
      `no usable feature: "id": it is an identifier: no value occurs twice; features ['id'] would use it all the same`,
    );
    expect(inspect(only, { target: 'y', features: ['id'] }).features).toEqual(['id']);
  });

  it('a table of a few rows, where each column seems to name the rows', () => {
    const two = tableFrom([
      { a: 1, y: 'no' },
      { a: 2, y: 'yes' },
    ]);
    expect(() => inspect(two, { target: 'y' })).toThrow('too few rows to learn from: the table has 2 rows');
  });

  it('a table without rows', () => {
    expect(() => inspect(tableOf([columnOf('y', [])]), { target: 'y' })).toThrow('the table has no rows');
  });
});

describe('inspect on real tables', () => {
  it('penguins', () => {
    const found = inspect(example('penguins.json'), { target: 'Species' });
    expect(found.target).toMatchObject({ task: 'multiclass', reason: 'it holds text', missing: 0 });
    expect(found.target.classes?.map(({ count }) => count)).toEqual([152, 68, 124]);
    expect(found.leftOut).toEqual([]);
    expect(found.columns.find(({ name }) => name === 'Sex')).toMatchObject({ missing: 10, distinct: 3 });
  });

  it('cars: the name is free text, the year a date', () => {
    const found = inspect(example('cars.json'), { target: 'Miles_per_Gallon' });
    expect(found.target).toMatchObject({ task: 'regression', missing: 8 });
    expect(found.leftOut).toMatchObject([{ name: 'Name', kind: 'freeText' }]);
    expect(found.columns.find(({ name }) => name === 'Year')).toMatchObject({
      kind: 'date',
      role: 'feature',
    });
  });
});
