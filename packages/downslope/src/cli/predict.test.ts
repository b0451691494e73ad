import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Downslope, example } from './testing/downslope.js';

const downslope = new Downslope();
beforeAll(async () => {
  const features = ['--features', 'Island,Beak Length (mm),Flipper Length (mm)'];
  const linear = ['--model', 'linear', '--out', 'penguins'];
  const { code } = await downslope.run(
    'train',
    example('penguins.json'),
    '--target',
    'Species',
    ...features,
    ...linear,
  );
  expect(code).toBe(0);
});
afterAll(() => downslope.remove());

const write = (name: string, text: string) => writeFileSync(downslope.path(name), text);
const header = 'prediction,probability of Adelie,probability of Chinstrap,probability of Gentoo';

describe('downslope predict', () => {
  it('takes other orders, further columns, gaps and new levels, and says what it made of them', async () => {
    write(
      'new.csv',
      'Flipper Length (mm),note,Island,Beak Length (mm)\n181,a,Torgersen,39.1\n215,b,Biscoe,\n190,c,Gough,50\n',
    );
    const { code, stdout, stderr } = await downslope.run('predict', 'penguins', 'new.csv');
    expect(code).toBe(0);
    const [first, ...rows] = stdout.trimEnd().split('\n');
    expect(first).toBe(header);
    expect(rows.map((row) => row.split(',')[0])).toEqual(['Adelie', 'Gentoo', 'Chinstrap']);
    for (const row of rows) {
      const probabilities = row.split(',').slice(1).map(Number);
      expect(probabilities.reduce((sum, each) => sum + each)).toBeCloseTo(1, 5);
    }
    expect(stderr).toMatch(/^ {2}table {6}new\.csv: 3 rows, 4 columns$/m);
    expect(stderr).toMatch(/not used in the model, so ignored: "note"$/m);
    expect(stderr).toMatch(/"Beak Length \(mm\)": 1 missing value filled as in training$/m);
    expect(stderr).toMatch(/"Island": "Gough" in 1 row, /);
    expect(stderr).not.toMatch(/scores/);
  });

  it('takes a model.onnx that train wrote, and predicts the same', async () => {
    const files = ['penguins', 'penguins/model/model.onnx'];
    const [run, onnx] = await Promise.all(
      files.map((each) => downslope.run('predict', each, example('penguins.json'))),
    );
    expect(onnx).toEqual(run);
    expect(run!.code).toBe(0);
    write('other.onnx', 'not a model');
    const { code, stderr } = await downslope.run('predict', 'other.onnx', example('penguins.json'));
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'error: this is no ONNX file, or one that is cut short\n',
    });
  });

  it('scores a table that holds the target, and writes to a file', async () => {
    const { code, stdout, stderr } = await downslope.run(
      ...['predict', 'penguins', example('penguins.json'), '--out', 'predictions.csv'],
    );
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toMatch(/^ {2}scores +344 rows with Species\n +accuracy +0\.9\d/m);
    expect(stderr).toMatch(/^ {2}confusion /m);
    const lines = readFileSync(downslope.path('predictions.csv'), 'utf8').trimEnd().split('\n');
    expect([lines.length, lines[0]]).toEqual([345, header]);
  });

  it('writes columns of the table before the predictions where they are to be kept', async () => {
    write('ids.csv', 'id,Island,Beak Length (mm),Flipper Length (mm)\n7,Biscoe,47,220\n9,Dream,39,185\n');
    const { stdout } = await downslope.run('predict', 'penguins', 'ids.csv', '--keep', 'id,Island');
    expect(stdout).toMatch(/^id,Island,prediction,.*\n7,Biscoe,Gentoo,.*\n9,Dream,Adelie,.*\n$/);
  });

  it('with --json prints one object, with the predictions unless they are written to a file', async () => {
    write('one.csv', 'Island,Beak Length (mm),Flipper Length (mm)\nBiscoe,47,220\n');
    const [kept, written] = await Promise.all([
      downslope.run('predict', 'penguins', 'one.csv', '--json'),
      downslope.run('predict', 'penguins/model', 'one.csv', '--json', '--out', 'one.jsonl'),
    ]);
    const summary = { task: 'multiclass', target: 'Species', rows: 1, notes: [], scores: null };
    expect(JSON.parse(kept!.stdout)).toEqual({
      ...summary,
      predictions: [
        expect.objectContaining({ prediction: 'Gentoo', 'probability of Adelie': expect.any(Number) }),
      ],
    });
    expect(JSON.parse(written!.stdout)).toEqual({ ...summary, out: 'one.jsonl' });
    expect(JSON.parse(readFileSync(downslope.path('one.jsonl'), 'utf8'))).toMatchObject({
      prediction: 'Gentoo',
    });
  });

  it('says why it does not score by a target that it cannot read', async () => {
    write('odd.csv', 'Island,Beak Length (mm),Flipper Length (mm),Species\nBiscoe,47,220,Emperor\n');
    const { code, stdout, stderr } = await downslope.run('predict', 'penguins', 'odd.csv');
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('\nGentoo,') });
    expect(stderr).toMatch(/scores +none: .*"Emperor", but the classes are "Adelie", "Chinstrap", "Gentoo"/);
  });

  it.each([
    [['penguins', 'lacks.csv'], /the table lacks the feature "Island"; did you mean "Iland"\?/],
    [
      ['penguins', 'text.csv'],
      /column "Beak Length \(mm\)" must hold a number in each row; row 1 holds "long"/,
    ],
    [['penguin', 'lacks.csv'], /no such run: penguin; did you mean penguins\?/],
    [['.', 'lacks.csv'], /\. holds no model: there is no model\/model\.json/],
    [['penguins'], /predict needs a table/],
    [
      ['penguins', 'lacks.csv', '--out', 'no/such/place.csv'],
      /no\/such\/place\.csv: there is no folder no\/such/,
    ],
    [['penguins', 'one.csv', '--keep', 'Iland'], /no column "Iland"; did you mean "Island"\?/],
    [['penguins', 'one.csv', '--out', 'p.xlsx'], /tables are written as \.csv, \.jsonl or \.parquet/],
  ])('refuses what makes no sense with exit code 2: %j', async (args, message) => {
    write('lacks.csv', 'Iland,Beak Length (mm),Flipper Length (mm)\nBiscoe,47,220\n');
    write('text.csv', 'Island,Beak Length (mm),Flipper Length (mm)\nBiscoe,long,220\n');
    const before = readdirSync(downslope.folder);
    const { code, stdout, stderr } = await downslope.run('predict', ...args);
    expect(stderr).toMatch(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(readdirSync(downslope.folder)).toEqual(before);
  });
});
