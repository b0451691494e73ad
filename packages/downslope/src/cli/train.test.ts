import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Downslope, example } from './testing/downslope.js';

let downslope: Downslope;
beforeEach(() => {
  downslope = new Downslope();
});
afterEach(() => downslope.remove());

const runs = (): string[] => (existsSync(downslope.path('runs')) ? readdirSync(downslope.path('runs')) : []);
const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1)!;
const linesOf = (path: string): string[] => readFileSync(downslope.path(path), 'utf8').trimEnd().split('\n');

describe('downslope train', () => {
  it('goes from a table to a report and a run folder', async () => {
    const { code, stdout, stderr } = await downslope.run(
      'train',
      example('penguins.json'),
      '--target',
      'Species',
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const told of [
      /^ {2}table .*penguins\.json: 344 rows, 7 columns$/m,
      /^ {2}target {5}Species: multiclass, as it holds text$/m,
      /^ {2}split {6}241 training, 52 validation, 51 test rows, at random, each class alike, seed 0$/m,
      /^ {2}linear {5}48 weights/m,
      /^ {2}mlp {8}5,379 weights/m,
      /^ {2}kept {7}(linear|mlp): (its validation loss is [\d.]+% below|both validate alike)/m,
      /^ {2}scores {5}.*training +validation +test +baseline\n +accuracy( +0\.9\d+| +1\.0000){3} +0\.4510$/m,
      /^ {2}confusion {2}actual/m,
      /^ {2}report {5}runs\/penguins-species-001\/report\.html$/m,
      /^ {2}run {8}runs\/penguins-species-001\n +downslope predict runs\/penguins-species-001 new\.json/m,
    ])
      expect(stdout).toMatch(told);

    const run = 'runs/penguins-species-001';
    expect(readdirSync(downslope.path(run)).sort()).toEqual([
      'checkpoints',
      'config.json',
      'metrics.jsonl',
      'model',
      'report.html',
    ]);
    const files = ['model.json', 'model.onnx', 'weights.safetensors'];
    expect(readdirSync(downslope.path(run, 'model')).sort()).toEqual(files);
    expect(JSON.parse(readFileSync(downslope.path(run, 'config.json'), 'utf8'))).toMatchObject({
      command: ['downslope', 'train', example('penguins.json'), '--target', 'Species'],
      options: { target: 'Species' },
    });
    const events = linesOf(`${run}/metrics.jsonl`).map((line) => JSON.parse(line));
    expect([...new Set(events.map(({ kind }) => kind))]).toEqual([
      'inspected',
      'prepared',
      'model',
      'epoch',
      'checkpoint',
      'trained',
      'finding', // the mlp's learning rate
      'end',
    ]);
    expect(events.at(-1)).toMatchObject({
      rows: { train: 241 },
      metrics: { test: { confusion: expect.anything() } },
    });
  });

  it('writes event files for TensorBoard, a folder for each model', async () => {
    const options = ['--target', 'species', '--epochs', '3', '--out', 'iris', '--tensorboard'];
    const { code } = await downslope.run('train', example('iris.csv'), ...options);
    expect(code).toBe(0);
    expect(readdirSync(downslope.path('iris/tensorboard')).sort()).toEqual(['linear', 'mlp']);
    for (const model of ['linear', 'mlp']) {
      const [file, ...others] = readdirSync(downslope.path('iris/tensorboard', model));
      expect([file, others]).toEqual([expect.stringMatching(/^events\.out\.tfevents\./), []]);
      const content = readFileSync(downslope.path('iris/tensorboard', model, file!), 'latin1');
      expect(content.match(/loss\/train/g)).toHaveLength(3);
      expect(content).toContain('loss/validation');
    }
  });

  const measurements = 'Beak Length (mm),Beak Depth (mm),Flipper Length (mm),Body Mass (g)';
  const cars = 'Cylinders,Displacement,Horsepower,Weight_in_lbs,Acceleration,Year';
  // The optima by Newton's method, gradient norm below 1e-9.
  it.each([
    [['penguins.json', '--target', 'Species', '--features', measurements, '--l2', '0.01'], 342, 0.139368],
    [['iris.csv', '--target', 'species', '--l2', '0.01'], 150, 0.2436772],
    [
      [
        'seattle-weather.csv',
        '--target',
        'weather',
        '--features',
        'precipitation,temp_max,temp_min,wind',
        '--l2',
        '1/1461',
      ],
      1461,
      0.6419403,
    ],
    [['cars.json', '--target', 'Miles_per_Gallon', '--features', cars, '--dates', 'year'], 392, 11.619184],
    [['flights-200k.json', '--target', 'delay'], 200_000, 1000.20391],
  ])('reaches the optimum of a convex problem: %j', async ([file, ...args], rows, optimum) => {
    const convex = [
      '--model',
      'linear',
      '--batch',
      'full',
      '--validation',
      '0',
      '--test',
      '0',
      '--missing',
      'drop',
    ];
    const given = [example(file!), ...args, ...convex, '--dtype', 'float64', '--json'];
    const { code, stdout } = await downslope.run('train', ...given);
    expect(code).toBe(0);
    const summary = JSON.parse(stdout);
    expect(summary).toMatchObject({
      rows: { train: rows, validation: 0, test: 0 },
      model: 'linear',
      status: 'gradTol',
      metrics: { validation: null, test: null },
    });
    // The references are given by seven digits.
    expect(Math.abs(summary.objective / optimum - 1)).toBeLessThan(1e-6);
  });

  it('says how it handles columns without values, odd numbers, many levels and names that occur twice', async () => {
    const rows = Array.from({ length: 1200 }, (_, i) => {
      const holes = i % 100 === 7 ? 'NaN' : i % 100 === 8 ? 'inf' : (i % 17) / 4;
      return ['', holes, `level ${(i * i) % 397}`, i % 13, (i * 7) % 11, (i % 13) + ((i * 7) % 11) / 10];
    });
    const text = rows.map((row) => row.join(',')).join('\n');
    writeFileSync(downslope.path('odd.csv'), `void,holes,many,dup,dup,y\n${text}\n`);
    const { code, stdout } = await downslope.run('train', 'odd.csv', '--target', 'y', '--model', 'linear');
    expect(code).toBe(0);
    for (const told of [
      /several columns have one name; the later ones are now "dup \(2\)"/,
      /left out +void: it has no values/,
      /holes: 12 infinite values, taken as missing/,
      /"holes": missing values become the (mean|median), [\d.]+, and a column marks them/,
      /many: 199 different texts: the rarer ones will share one column/,
      /"many": its rare levels \(\d+ of 199\) are one column, \(other\)/,
    ])
      expect(stdout).toMatch(told);
  });

  it('looks at the library that DOWNSLOPE_BLAS names before it trains', async () => {
    downslope.env.DOWNSLOPE_BLAS = example('iris.csv');
    const { code, stderr } = await downslope.run('train', example('iris.csv'), '--target', 'species');
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: DOWNSLOPE_BLAS=.*iris\.csv cannot be loaded/);
    expect(runs()).toEqual([]);
  });

  it('with --json prints one line to standard output, and the report to standard error', async () => {
    const { stdout, stderr } = await downslope.run(
      ...[
        'train',
        example('iris.csv'),
        '--target',
        'species',
        '--model',
        'linear',
        '--out',
        'iris',
        '--json',
      ],
    );
    expect(stdout.split('\n')).toHaveLength(2);
    expect(Object.keys(JSON.parse(stdout))).toEqual(
      'task classes rows features model objective metrics status epochs steps seconds run'.split(' '),
    );
    expect(JSON.parse(stdout)).toMatchObject({ task: 'multiclass', run: 'iris', rows: { train: 105 } });
    expect(stderr).toMatch(/^ {2}run {8}iris$/m);
  });

  it('keeps the best weights so far when it is interrupted, and says where', async () => {
    const { child, ended } = downslope.start(
      ...['train', example('seattle-weather.csv'), '--target', 'weather', '--model', 'mlp'],
      ...['--epochs', '1000000', '--patience', '0'],
    );
    const log = 'runs/seattle-weather-weather-001/metrics.jsonl';
    const wait = setInterval(() => {
      if (!existsSync(downslope.path(log)) || linesOf(log).length < 6) return;
      clearInterval(wait);
      child.kill('SIGINT');
    }, 20);
    const { code, stdout, stderr } = await ended;
    expect(code).toBe(130);
    expect(stderr).toMatch(/^ {2}stopping {3}the best weights so far are kept/);
    expect(stdout).toMatch(/stopped from outside; the best weights so far are kept/);
    expect(stdout).toMatch(/^ {2}run {8}runs\/seattle-weather-weather-001$/m);
    expect(readdirSync(downslope.path('runs/seattle-weather-weather-001/model'))).toHaveLength(3);
  });

  it.each([
    [['nothing.csv', '--target', 'y'], /no such file: nothing\.csv/],
    [['empty.csv', '--target', 'y'], /empty\.csv is empty/],
    [['header.csv', '--target', 'y'], /header\.csv has no rows, only the columns x, y/],
    [['binary.csv', '--target', 'y'], /binary\.csv is a binary file/],
    [['small.csv'], /--target is missing: which column is to be predicted\? there are x, y, z, same/],
    [['small.csv', '--target', 'zz'], /--target: no column "zz"; did you mean "z"\?/],
    [['small.csv', '--target', 'same'], /target "same" has one value only/],
    [['small.csv', '--target', 'z', '--task', 'regression'], /target "z" holds text \("a" in row 1\)/],
    [
      ['small.csv', '--target', 'x', '--features', 'same'],
      /no usable feature: "same": all its values are the same/,
    ],
    [
      ['ids.csv', '--target', 'y'],
      /no usable feature: "id": it is an identifier: .*; --features id would use it all the same/,
    ],
    [['two.csv', '--target', 'y'], /too few rows to split: 2 rows for train, validation, test/],
    [
      ['small.csv', '--target', 'y', '--optimizer', 'adma'],
      /--optimizer must be one of sgd, adam.*got 'adma'/,
    ],
    [['small.csv', '--target', 'y', '--test', 'none.csv'], /no such file: none\.csv/],
    [['small.csv', '--target', 'y', '--out', '.'], /\. is there already and not empty/],
    [['--target', 'y'], /train needs a table/],
    [
      ['small.csv', 'two.csv', '--target', 'y'],
      /train takes one table, got 2; a glob of files stands in quotes/,
    ],
    [['small.csv', '--target', 'y', '--task', 'binary'], /--task binary needs a target of two classes/],
  ])('refuses what makes no sense with exit code 2: %j', async (args, message) => {
    writeFileSync(downslope.path('empty.csv'), '');
    writeFileSync(downslope.path('header.csv'), 'x,y\n');
    writeFileSync(downslope.path('binary.csv'), Buffer.from([137, 80, 78, 71, 0, 1, 2, 3]));
    writeFileSync(downslope.path('ids.csv'), 'id,y\n700,1.5\n100,2.5\n400,0.5\n');
    writeFileSync(downslope.path('two.csv'), 'x,y\n1.5,2.5\n2.5,3.25\n');
    const rows = Array.from(
      { length: 30 },
      (_, i) => `${(i * 7) % 30}.5,${(i * 11) % 30}.25,${'ab'[i % 2]},1`,
    );
    writeFileSync(downslope.path('small.csv'), `x,y,z,same\n${rows.join('\n')}\n`);
    const { code, stderr } = await downslope.run('train', ...args);
    expect(stderr).toMatch(message);
    expect(lastLine(stderr)).toMatch(/^error: /);
    expect(code).toBe(2);
    expect(runs()).toEqual([]);
  });
});
