import { describe, expect, it } from 'vitest';
import { random } from '../../data/random.js';
import { rowsOf, tableFrom } from '../../data/rows.js';
import { type Table, takeRows } from '../../data/table.js';
import type { TableEvent } from './events.js';
import type { ClassPrediction } from './model.js';
import { classScores, type QuantityScores } from './scores.js';
import { example } from './testing/examples.js';
import { trainTable } from './train.js';

const penguins = example('penguins.json');
const cars = example('cars.json');

/** y bends with x: an mlp sees it, a linear model does not. */
const bent = tableFrom(
  Array.from({ length: 300 }, (_, i) => ({
    x: (i % 60) / 10 - 3,
    y: ((i % 60) / 10 - 3) ** 2 + (i % 7) / 50,
  })),
);

describe('training on a table', () => {
  it('tells what happens, in order', async () => {
    const events: TableEvent[] = [];
    for await (const event of trainTable(penguins, { target: 'Species' })) events.push(event);
    const kinds = events.map((event) => event.kind).filter((kind, i, all) => kind !== all[i - 1]);
    expect(kinds).toEqual([
      'inspected',
      'prepared',
      'model',
      'epoch',
      'trained',
      'model',
      'finding', // the learning rate
      'epoch',
      'trained',
      'end',
    ]);
    const models = events.flatMap((event) => (event.kind === 'model' ? [event] : []));
    expect(models.map(({ model, optimizer, batch }) => ({ model, optimizer, batch }))).toEqual([
      { model: 'linear', optimizer: 'nesterov', batch: 'full' },
      { model: 'mlp', optimizer: 'adam', batch: 16 },
    ]);
    const end = events.at(-1);
    if (end?.kind !== 'end') throw new Error('the last event is the end');
    expect(end.result.history).toEqual(events.filter(({ kind }) => kind === 'epoch'));
  });

  it('scores classes far above the baseline', async () => {
    const { metrics, baseline, rows, classes } = await trainTable(penguins, { target: 'Species' }).result;
    expect(rows).toEqual({ train: 241, validation: 52, test: 51 });
    expect(classes).toEqual(['Adelie', 'Chinstrap', 'Gentoo']);
    expect(metrics.test).toMatchObject({ accuracy: expect.closeTo(1, 1) });
    expect(baseline).toMatchObject({ answer: 'Adelie', metrics: { test: metrics.baseline } });
    expect(metrics.baseline).toMatchObject({ accuracy: expect.closeTo(0.45, 1) });
  });

  it('gives a result whose task tells the kind of its scores, its answers and its model', async () => {
    const ask = (target: string) => trainTable(penguins, { target, model: 'linear', epochs: 3 }).result;
    const [mass, species] = [await ask('Body Mass (g)'), await ask('Species')];
    if (mass.task !== 'regression' || species.task === 'regression') throw new Error('the tasks are plain');
    const { rmse }: QuantityScores = mass.metrics.test!;
    const [grams]: number[] = mass.trained.predict(rowsOf(penguins));
    expect(Math.abs(grams! - mass.baseline.answer)).toBeLessThan(3 * rmse);
    expect(species.classes.includes(species.baseline.answer)).toBe(true);
    expect(species.metrics.baseline.confusion).toHaveLength(species.classes.length);
  });

  it('tells what was predicted for each row, by its number in the table', async () => {
    const { predictions, rows, metrics, classes, trained } = await trainTable(penguins, { target: 'Species' })
      .result;
    const { train, validation, test } = predictions;
    const numbers = [train, validation!, test!].flatMap((part) => [...part.rows]);
    expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 344 }, (_, row) => row));
    const all = rowsOf(penguins);
    expect(Array.from(test!.rows, (row) => all[row]!.Species)).toEqual(
      Array.from(test!.actual, (code) => classes![code]),
    );
    expect(classScores(test!.predicted, test!.actual, 3)).toEqual(metrics.test);
    expect(test!.predicted).toHaveLength(3 * rows.test!);
    const again = trained.predict(Array.from(test!.rows, (row) => all[row]!)) as ClassPrediction[];
    expect(again.flatMap(({ probabilities }) => Object.values(probabilities))).toEqual([...test!.predicted]);
  });

  it('keeps the linear model unless the other is better by more than the noise', async () => {
    const found = [0, 1, 2, 3].map(async (seed) => {
      const dice = random(seed, 'noise');
      const rows = Array.from({ length: 200 }, () => ({
        a: dice.normal(),
        b: dice.normal(),
        y: dice.normal(),
      }));
      return (await trainTable(tableFrom(rows), { target: 'y' }).result).comparison!;
    });
    for (const { kept, models, noise } of await Promise.all(found)) {
      const [linear, mlp] = models.map(({ validationLoss }) => validationLoss!);
      expect(kept).toBe(mlp! < linear! - noise ? 'mlp' : 'linear');
    }
  });

  it('keeps the model that validates better, and says by how much', async () => {
    const { model, comparison, metrics, coefficients } = await trainTable(bent, { target: 'y' }).result;
    expect(model).toBe('mlp');
    expect(coefficients).toBeUndefined();
    expect(comparison?.lowerBy).toBeGreaterThan(0.9);
    expect(comparison?.message).toMatch(
      /^kept the mlp model: its validation loss is [\d.]+, 99\.\d+% below that of the linear model, \d/,
    );
    expect((metrics.test as QuantityScores).r2).toBeGreaterThan(0.95);
  });

  it('has losses in the units of the target', async () => {
    const { history, metrics, objective } = await trainTable(cars, {
      target: 'Miles_per_Gallon',
      model: 'linear',
    }).result;
    const best = Math.min(...history.map(({ validationLoss = Infinity }) => validationLoss));
    expect(Math.sqrt(best)).toBeCloseTo((metrics.validation as QuantityScores).rmse, 4);
    expect(Math.sqrt(objective)).toBeCloseTo((metrics.train as QuantityScores).rmse, 4);
  });

  it('trains the linear model alone where no rows validate, and says so', async () => {
    const { model, notes, comparison, metrics } = await trainTable(bent, { target: 'y', validation: 0 })
      .result;
    expect(model).toBe('linear');
    expect(notes).toContainEqual(expect.stringContaining('only the linear model is trained'));
    expect(comparison).toBeUndefined();
    expect(Object.keys(metrics)).toEqual(['train', 'test', 'baseline']);
  });

  it('gives the same weights again from the same seed, others from another', async () => {
    const weights = async (seed: number) =>
      (await trainTable(bent, { target: 'y', model: 'mlp', epochs: 3, seed }).result).trained.files()[
        'weights.safetensors'
      ];
    const first = await weights(1);
    expect(await weights(1)).toEqual(first);
    expect(await weights(2)).not.toEqual(first);
  });
});

describe('the objective', () => {
  it('penalises weights as for standardised features, in the units of the target', async () => {
    const l2 = 0.3;
    const features = ['Weight_in_lbs', 'Acceleration'];
    const { objective, coefficients, trained, metrics } = await trainTable(cars, {
      target: 'Miles_per_Gallon',
      features,
      model: 'linear',
      batch: 'full',
      validation: 0,
      test: 0,
      missing: 'drop',
      l2,
      dtype: 'float64',
    }).result;
    const { encoder } = JSON.parse(trained.files()['model.json']);
    const penalty = coefficients!.terms
      .map(({ weights }, i) => (weights[0]! * encoder.features[i].std) ** 2)
      .reduce((sum, square) => sum + square);
    const loss = (metrics.train as QuantityScores).rmse ** 2;
    expect(objective).toBeCloseTo(loss + (l2 / 2) * penalty, 9);
    expect(penalty).toBeGreaterThan(1);
  });
});

describe('rows', () => {
  const of = (table: Table, ...range: [number, number]): Table =>
    takeRows(
      table,
      Int32Array.from({ length: range[1] - range[0] }, (_, i) => range[0] + i),
    );

  it('may be held out in tables of their own', async () => {
    const { rows } = await trainTable(of(bent, 0, 200), {
      target: 'y',
      model: 'linear',
      validation: of(bent, 200, 230),
      test: of(bent, 230, 300),
    }).result;
    expect(rows).toEqual({ train: 200, validation: 30, test: 70 });
  });

  it('without a target or with gaps are left out, with a note', async () => {
    const { rows, notes } = await trainTable(cars, {
      target: 'Miles_per_Gallon',
      features: ['Horsepower'],
      missing: 'drop',
      model: 'linear',
      validation: 0,
      test: 0,
    }).result;
    expect(rows.train).toBe(392);
    expect(notes).toEqual([
      '8 rows of the table without a target left out',
      '6 rows of the table with missing values left out, as asked',
    ]);
  });

  it('go where a column says', async () => {
    const part = { kind: 'text', name: 'part', levels: ['train', 'test'] } as const;
    const codes = Int32Array.from({ length: bent.rows }, (_, i) => Number(i >= 250));
    const table = { ...bent, columns: [...bent.columns, { ...part, codes }] };
    const { rows, features } = await trainTable(table, { target: 'y', split: 'part' }).result;
    expect(rows).toEqual({ train: 250, test: 50 });
    expect(features).toEqual(['x']);
  });
});

describe('a run that is stopped', () => {
  const slow = { target: 'y', model: 'mlp', epochs: 100_000, patience: 0 } as const;

  it('by leaving the loop gives the best weights so far', async () => {
    const run = trainTable(bent, slow);
    for await (const event of run) if (event.kind === 'epoch' && event.epoch === 5) break;
    const { status, epochs, metrics } = await run.result;
    expect(status).toBe('aborted');
    expect(epochs).toBeGreaterThanOrEqual(5);
    expect((metrics.test as QuantityScores).r2).toBeGreaterThan(0.3);
  });

  it('by a signal does not begin with the next model', async () => {
    const stop = new AbortController();
    const models: string[] = [];
    const run = trainTable(bent, { target: 'y', signal: stop.signal });
    for await (const event of run) {
      if (event.kind === 'model') models.push(event.model);
      if (event.kind === 'trained') stop.abort();
    }
    const { status, message, model, comparison } = await run.result;
    expect({ models, status, model, comparison }).toEqual({
      models: ['linear'],
      status: 'aborted',
      model: 'linear',
      comparison: undefined,
    });
    expect(message).toBe('stopped from outside; the best weights so far are kept');
  });

  it('before it began still has a model', async () => {
    const { status, trained } = await trainTable(bent, { ...slow, signal: AbortSignal.abort() }).result;
    expect(status).toBe('aborted');
    expect(trained.predict([{ x: 1 }])).toEqual([expect.any(Number)]);
  });
});

describe('what cannot be trained is refused in the spelling of the options', () => {
  const two = tableFrom([
    { x: 1, y: 1.5 },
    { x: 2, y: 2.5 },
  ]);
  const cases = [
    [penguins, { target: 'species' }, 'target: no column "species"; did you mean "Species"?'],
    [
      penguins,
      { target: 'Species', features: ['Iland'] },
      'features: no column "Iland"; did you mean "Island"?',
    ],
    [two, { target: 'y' }, 'too few rows to split: 2 rows for train, validation, test'],
    [two, { target: 'y', features: ['x'], exclude: ['x'] }, 'no usable feature: "x": excluded, as asked'],
    [
      cars,
      { target: 'Name', task: 'regression' },
      'holds text ("chevrolet chevelle malibu" in row 1), which task \'regression\'',
    ],
    [
      bent,
      { target: 'y', test: tableFrom([{ y: 1 }]) },
      'test: the table has no column "x"; the columns are "y"',
    ],
    [
      tableFrom(
        [1, 2, 3, 4, 5].map((y) => ({ x: y % 2 ? y / 3 : null, z: y % 2 ? null : y / 3, y: y + 0.5 })),
      ),
      { target: 'y', missing: 'drop', validation: 0, test: 0 },
      'missing: every row of the table lacks a value (3 lack "z"); use \'impute\', or leave out features',
    ],
    [
      tableFrom(Array.from({ length: 20 }, (_, i) => ({ x: i * 1.5, day: i, y: i < 15 ? 'a' : 'b' }))),
      { target: 'y', time: 'day' },
      'target: the 14 training rows all have the same value',
    ],
  ] as const;
  it.each(cases.map(([table, options, message]) => [message, table, options] as const))(
    '%s',
    async (message, table, options) => {
      await expect(trainTable(table, options).result).rejects.toThrow(message);
    },
  );

  it('also as an error of the loop', async () => {
    await expect(async () => {
      for await (const event of trainTable(two, { target: 'y' })) expect(event.kind).toBe('inspected');
    }).rejects.toThrow('too few rows to split');
  });
});
