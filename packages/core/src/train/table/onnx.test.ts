import { describe, expect, it } from 'vitest';
import { columnOf } from '../../data/cells.js';
import { readEncoder } from '../../data/encoder-json.js';
import { rowsOf, tableFrom } from '../../data/rows.js';
import { cell, type Table } from '../../data/table.js';
import { linear } from '../../nn/models/linear.js';
import { exportOnnx } from '../../onnx/export.js';
import { onnxSession, type Value } from '../../onnx/testing/run-onnx.js';
import type { NdArray } from '../../tensor/array.js';
import type { Row, TableModel } from './model.js';
import { exportTableOnnx, loadTableOnnx } from './onnx.js';
import type { TrainTableOptions } from './options.js';
import { example } from './testing/examples.js';
import { trainTable } from './train.js';

/** Rows as columns for ONNX: numbers, milliseconds, 0 and 1 as float64, texts as they are; NaN and "" where nothing is. */
function feedsOf(model: TableModel, rows: readonly Row[]): Record<string, Value> {
  const { features } = readEncoder(JSON.parse(model.files()['model.json']).encoder);
  const shape = [rows.length, 1];
  const feeds = features.map(({ name, kind }): [string, Value] => {
    const found = columnOf(
      name,
      rows.map((row) => row[name]),
      kind,
    );
    const cells = rows.map((_, row) => cell(found, row));
    if (kind === 'text') return [name, { texts: cells.map((each) => String(each ?? '')), shape }];
    const data = Float64Array.from(cells, (each) => (each === null ? Number.NaN : Number(each)));
    return [name, { data, shape, dtype: 'float64' }];
  });
  return Object.fromEntries(feeds);
}

/** Predicts rows by ONNX Runtime and holds what it says to what the model itself says. */
async function expectSamePredictions(model: TableModel, rows: readonly Row[]): Promise<void> {
  const session = await onnxSession(exportTableOnnx(model));
  for (const some of [rows, rows.slice(0, 1), rows.slice(1, 3)]) {
    const results = await session.run(feedsOf(model, some));
    const [prediction, probabilities] = session.outputs.map((name) => results[name]);
    if (model.task === 'regression') {
      const wanted = model.predict(some);
      expect((prediction as NdArray).shape).toEqual([some.length]);
      for (const [i, value] of (prediction as NdArray).data.entries())
        expect(Math.abs(value - wanted[i]!)).toBeLessThanOrEqual(1e-5 * Math.max(1, Math.abs(wanted[i]!)));
      continue;
    }
    const wanted = model.predict(some);
    const { data, shape } = probabilities as NdArray;
    expect(shape).toEqual([some.length, model.classes.length]);
    for (const [i, value] of wanted.flatMap((each) => Object.values(each.probabilities)).entries())
      expect(Math.abs(data[i]! - value)).toBeLessThanOrEqual(1e-5);
    expect((prediction as { texts: readonly string[] }).texts).toEqual(wanted.map((each) => each.class));
  }
  await session.release();
}

async function modelOf(table: Table, options: TrainTableOptions): Promise<TableModel> {
  return (await trainTable(table, { epochs: 5, ...options }).result).trained;
}

const penguins = example('penguins.json');
const cars = example('cars.json');

describe('an exported model of a table predicts from raw columns what the model predicts', () => {
  it.each<[string, Table, TrainTableOptions]>([
    ['classes, linear', penguins, { target: 'Species', model: 'linear' }],
    ['classes, mlp', penguins, { target: 'Species', model: 'mlp', hidden: [8, 4] }],
    ['classes in float64', penguins, { target: 'Species', model: 'mlp', dtype: 'float64' }],
    ['two classes', penguins, { target: 'Sex', model: 'linear' }],
    ['a quantity, linear', penguins, { target: 'Body Mass (g)', model: 'linear' }],
    ['a quantity, mlp', penguins, { target: 'Body Mass (g)', model: 'mlp' }],
    ['texts only', penguins, { target: 'Body Mass (g)', features: ['Island', 'Sex'], model: 'linear' }],
    ['dates in days', cars, { target: 'Miles_per_Gallon', model: 'linear' }],
    ['dates by year', cars, { target: 'Miles_per_Gallon', model: 'mlp', dates: 'year' }],
    [
      'names of cars, most of them rare',
      cars,
      { target: 'Origin', features: ['Name', 'Year'], model: 'linear' },
    ],
    ['irises', example('iris.csv'), { target: 'species', model: 'linear' }],
    ['weather', example('seattle-weather.csv'), { target: 'weather', model: 'mlp' }],
  ])('%s', async (_, table, options) => {
    await expectSamePredictions(await modelOf(table, options), rowsOf(table));
  });

  const dates = [
    '1999-12-31',
    '2000-02-29',
    '2000-03-01',
    '2100-02-28',
    '1900-01-01',
    '1582-10-15',
    '2024-12-31T23:59:59.999Z',
    '0001-01-01',
    null,
  ];
  const odd = tableFrom(
    Array.from({ length: 90 }, (_, i) => ({
      'a name, "quoted" (%)': i % 7 === 0 ? null : 1e9 + i,
      w: i % 2 === 0,
      flag: i % 5 === 0 ? null : i % 3 === 0,
      prediction: i % 4 === 0 ? null : ['röd', 'grön', '青い', 'a b'][i % 3],
      when: dates[i % dates.length] === null ? null : new Date(dates[i % dates.length]!),
      constant: Math.sin(i) * 1e-30,
      y: Math.cos(i) + (i % 2),
    })),
  );
  it.each(['days', 'year'] as const)(
    'large numbers, booleans, gaps and odd names; dates as %s',
    async (unit) => {
      const features = ['a name, "quoted" (%)', 'w', 'flag', 'prediction', 'when', 'constant'];
      const model = await modelOf(odd, { target: 'y', features, model: 'linear', dates: unit });
      const rows = rowsOf(odd).map((row) => ({
        ...row,
        when: row.when === null ? null : new Date(row.when as number),
      }));
      const unseen = {
        'a name, "quoted" (%)': Number.POSITIVE_INFINITY,
        w: null,
        flag: false,
        prediction: 'blå',
        when: null,
        constant: 0,
      };
      await expectSamePredictions(model, [...rows, unseen]);
      const { inputs, outputs } = await onnxSession(exportTableOnnx(model));
      expect(inputs).toEqual(features);
      expect(outputs).toEqual(['prediction_1']);
    },
  );
});

describe('a model read from its ONNX file', () => {
  it.each([
    { target: 'Species', model: 'mlp', hidden: [8], dtype: 'float64' },
    { target: 'Body Mass (g)', model: 'linear' },
  ] as const)('predicts the same bits: %o', async (options) => {
    const model = await modelOf(penguins, options);
    const loaded = loadTableOnnx(exportTableOnnx(model));
    expect(loaded.files()).toEqual(model.files());
    expect(loaded.predict(rowsOf(penguins))).toEqual(model.predict(rowsOf(penguins)));
  });

  it('takes no other file', async () => {
    const file = exportTableOnnx(await modelOf(penguins, { target: 'Body Mass (g)', model: 'linear' }));
    const changed = file.slice();
    changed[Buffer.from(file).indexOf('MatMul')]! ^= 1;
    expect(() => loadTableOnnx(changed)).toThrow('the graph in the ONNX file has been changed since');
    for (const wrong of [file.subarray(0, 900), new TextEncoder().encode('a text'), new Uint8Array()])
      expect(() => loadTableOnnx(wrong)).toThrow('this is no ONNX file, or one that is cut short');
    const other = exportOnnx(linear({ inputs: 1, outputs: 1 }), { w: [[1]], b: [0] } as never, [[1]]);
    expect(() => loadTableOnnx(other)).toThrow('the ONNX file is none of a table that Downslope exported');
  });
});
