import { describe, expect, it } from 'vitest';
import { rowsOf, tableFrom } from '../../data/rows.js';
import { takeRows } from '../../data/table.js';
import type { ClassModel, QuantityModel } from './model.js';
import { example } from './testing/examples.js';
import { trainTable } from './train.js';

const penguins = example('penguins.json');
const { trained: species } = await trainTable(penguins, { target: 'Species', model: 'linear', epochs: 30 })
  .result;

/** A quantity of all kinds of features; `when` is read as dates. */
const sales = tableFrom(
  Array.from({ length: 80 }, (_, i) => ({
    price: 5 + (i % 9),
    shop: ['north', 'south', 'west'][i % 3],
    open: i % 2 === 0,
    when: `2024-0${1 + (i % 6)}-11`,
    sold: 20.5 + 3 * (i % 9) + 5 * (i % 3) - (i % 2),
  })),
);
const { trained: sold } = await trainTable(sales, { target: 'sold', model: 'linear' }).result;
const row = { price: 7, shop: 'south', open: true, when: '2024-03-11' };

describe('a model of classes', () => {
  const model = species as ClassModel;
  const [first] = rowsOf(penguins, Int32Array.of(0));

  it('gives the likeliest class, and the probability of each', () => {
    const [prediction] = model.predict([first!]);
    expect(prediction?.class).toBe('Adelie');
    expect(Object.keys(prediction!.probabilities)).toEqual(model.classes);
    expect(Object.values(prediction!.probabilities).reduce((sum, p) => sum + p)).toBeCloseTo(1, 6);
    expect(prediction!.probabilities.Adelie).toBeGreaterThan(0.9);
  });

  it('gives a table the same answers as its rows one by one', () => {
    const rows = rowsOf(penguins);
    const each = rows.map((row) => model.predict([row])[0]!);
    const { columns, rows: count } = model.predictTable(penguins);
    expect(count).toBe(344);
    expect(columns.map(({ name }) => name)).toEqual([
      'prediction',
      'probability of Adelie',
      'probability of Chinstrap',
      'probability of Gentoo',
    ]);
    const table = rowsOf(model.predictTable(penguins));
    expect(table.map(({ prediction }) => prediction)).toEqual(each.map((one) => one.class));
    const gentoo = table.map((one) => one['probability of Gentoo'] as number);
    for (const [i, one] of each.entries()) expect(gentoo[i]).toBeCloseTo(one.probabilities.Gentoo!, 6);
  });

  it('has both probabilities of two classes', async () => {
    const rows = Array.from({ length: 60 }, (_, i) => ({
      x: Math.sin(i),
      y: Math.sin(i) + 0.1 * (i % 5) > 0.2,
    }));
    const { trained, classes } = await trainTable(tableFrom(rows), { target: 'y', model: 'linear' }).result;
    const [low, high] = (trained as ClassModel).predict([{ x: -1 }, { x: 1 }]);
    expect(classes).toEqual(['false', 'true']);
    expect([low?.class, high?.class]).toEqual(['false', 'true']);
    expect(low!.probabilities.false! + low!.probabilities.true!).toBe(1);
    expect(trained.predictTable(tableFrom(rows)).columns.map(({ name }) => name)).toEqual([
      'prediction',
      'probability of false',
      'probability of true',
    ]);
  });
});

describe('a model of a quantity', () => {
  const model = sold as QuantityModel;

  it('gives numbers in the units of the target', () => {
    const [prediction] = model.predict([row]);
    expect(prediction).toBeCloseTo(20.5 + 6 + 5, 0);
    expect(model.predictTable(tableFrom([row])).columns).toEqual([
      { kind: 'number', name: 'prediction', values: Float64Array.of(prediction!) },
    ]);
  });

  it('reads values of other types where they read as the right one', () => {
    const [plain] = model.predict([row]);
    expect(
      model.predict([{ price: '7', shop: 'south', open: 'true', when: new Date('2024-03-11') }]),
    ).toEqual([plain]);
    expect(model.predict([{ ...row, sold: 'unknown', colour: 'red' }])).toEqual([plain]);
  });

  it('fills what is missing, and takes an unseen level for none that it knows', () => {
    const gaps = [
      { ...row, price: null },
      { ...row, price: Number.NaN },
      { ...row, price: ' ' },
    ];
    const [a, b, c] = model.predict(gaps);
    expect(a).toBeTypeOf('number');
    expect([b, c]).toEqual([a, a]);
    expect(model.predict([row, { shop: 'south', open: true, when: '2024-03-11' }])[1]).toBe(a);
    const [unseen] = model.predict([{ ...row, shop: 'east' }]);
    expect(unseen).not.toBe(model.predict([row])[0]);
  });

  it('of no rows gives no predictions', () => {
    expect(model.predict([])).toEqual([]);
    expect(model.predictTable(takeRows(sales, new Int32Array(0))).rows).toBe(0);
  });

  it('takes columns in any order, and tells what it ignored, filled and did not know', () => {
    const table = tableFrom([
      { note: 'x', when: '2024-03-11', open: true, shop: 'east', price: null },
      { note: 'y', when: '2024-03-11', open: true, shop: 'south', price: 7 },
      { note: 'z', when: '2024-03-11', open: true, shop: 'east', price: 7 },
    ]);
    const { columns, notes } = model.predictTable(table);
    expect(columns[0]).toMatchObject({ kind: 'number', values: expect.any(Float64Array) });
    expect(rowsOf({ rows: 3, columns })[1]?.prediction).toBeCloseTo(model.predict([row])[0]!, 4);
    expect(notes).toEqual([
      'not used in the model, so ignored: "note"',
      '"price": 1 missing value filled as in training',
      '"shop": "east" in 2 rows, not seen in training, counted as none of the levels known',
    ]);
  });

  it('says when rare levels share a column', async () => {
    const rows = rowsOf(sales).map((each, i) => (i === 0 ? { ...each, shop: 'island' } : each));
    const { trained } = await trainTable(tableFrom(rows), {
      target: 'sold',
      model: 'linear',
      epochs: 1,
      validation: 0,
      test: 0,
    }).result;
    expect(trained.predictTable(tableFrom([{ ...row, shop: 'moon' }])).notes).toEqual([
      '"shop": "moon" in 1 row, rare or new, counted as (other)',
    ]);
  });

  it('names a feature that is lacking, a row that is none, and a value that cannot be read', () => {
    const { price, ...others } = row;
    expect(() => model.predict([others])).toThrow(
      'the rows lack the feature "price"; the properties are "shop", "open", "when"',
    );
    expect(() => model.predict([{ ...others, Price: price }])).toThrow('did you mean "Price"?');
    expect(() => model.predict([row, undefined as never])).toThrow('row 2 is undefined');
    expect(() => model.predictTable(tableFrom([others]))).toThrow('the table lacks the feature "price"');
    expect(() => model.predict([{ ...row, price: 'dear' }])).toThrow(
      'column "price" must hold a number in each row; row 1 holds "dear"',
    );
  });
});

it('a row is predicted in less than 20 µs', () => {
  const rows = rowsOf(penguins, Int32Array.of(3));
  const calls = 500;
  const micros = Array.from({ length: 20 }, () => {
    const start = performance.now();
    for (let call = 0; call < calls; call++) species.predict(rows);
    return (1000 * (performance.now() - start)) / calls;
  });
  expect(Math.min(...micros)).toBeLessThan(20);
});
