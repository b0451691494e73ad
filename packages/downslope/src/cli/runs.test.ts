import { mkdirSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Downslope } from './testing/downslope.js';
import { epoch, quantityEnd, writeRun } from './testing/past-runs.js';

const downslope = new Downslope();
afterAll(() => downslope.remove());

beforeAll(() => {
  const at = (name: string) => downslope.path('runs', name);
  writeRun(at('old'), {
    started: '2026-01-01T10:00:00Z',
    events: [epoch(1, 4), epoch(2, 3), quantityEnd(12.5)],
  });
  writeRun(at('new'), {
    started: '2026-03-01T10:00:00Z',
    options: { target: 'price', lr: 0.1 },
    version: '9.0.0',
    events: [
      epoch(1, 2),
      quantityEnd(11, { model: 'mlp', metrics: { train: { rmse: 11, mae: 1, r2: 0.5 } } }),
    ],
  });
  writeRun(at('half'), { started: '2026-02-01T10:00:00Z', events: [epoch(7, 1)], tail: '{"kind":"epo' });
  mkdirSync(at('no-run'));
  writeFileSync(at('notes.txt'), 'not a run');
});

describe('downslope runs', () => {
  it('lists what is there, the newest first, finished or not', async () => {
    const { code, stdout } = await downslope.run('runs');
    expect(code).toBe(0);
    const [, head, ...lines] = stdout.split('\n');
    expect(head!.trim().split(/ {2,}/)).toEqual([
      'run',
      'started',
      'table',
      'target',
      'model',
      'score',
      'status',
      'time',
    ]);
    expect(
      lines
        .filter((line) => line !== '')
        .map((line) =>
          line
            .trim()
            .replace(/ {2,}\S+ \d\d:\d\d/, '')
            .split(/ {2,}/),
        ),
    ).toEqual([
      ['new', 'houses.csv', 'price', 'mlp', 'RMSE 11.00 (training)', 'gradTol', '1.3 s'],
      ['half', 'houses.csv', 'price', 'unfinished (epoch 7)'],
      ['old', 'houses.csv', 'price', 'linear', 'RMSE 12.50', 'gradTol', '1.3 s'],
      ['3 runs'],
    ]);
  });

  it('gives the same as JSON', async () => {
    const { stdout } = await downslope.run('runs', 'runs', '--json');
    expect(JSON.parse(stdout).runs).toMatchObject([
      { name: 'new', path: 'runs/new', judgedOn: 'train', version: '9.0.0', options: { lr: 0.1 } },
      { name: 'half', status: 'unfinished', model: null, scores: null },
      {
        name: 'old',
        status: 'gradTol',
        task: 'regression',
        judgedOn: 'test',
        scores: { rmse: 12.5, mae: 2, r2: 0.9 },
      },
    ]);
  });

  it('asks a query of events and settings, past lines that are cut short', async () => {
    const query =
      "select run, max(epoch) as epochs from metrics where kind = 'epoch' group by run order by run";
    const { stdout } = await downslope.run('runs', '--sql', query);
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => line.trim().split(/ +/)),
    ).toEqual([
      ['run', 'epochs'],
      ['runs/half', '7'],
      ['runs/new', '1'],
      ['runs/old', '2'],
    ]);
    const settings = 'select run, options.lr from configs where downslope = $$9.0.0$$';
    const { stdout: json } = await downslope.run('runs', 'runs', '--sql', settings, '--json');
    expect(JSON.parse(json)).toEqual({ columns: ['run', 'lr'], rows: [{ run: 'runs/new', lr: 0.1 }] });
  });

  it('says what is wrong', async () => {
    const failing = async (...args: string[]) => {
      const { code, stderr } = await downslope.run('runs', ...args);
      expect(code).toBe(2);
      return stderr;
    };
    expect(await failing('rums')).toBe('error: no such run: rums; did you mean runs?\n');
    expect(await failing('runs/notes.txt')).toBe('error: runs/notes.txt is a file; give a folder of runs\n');
    expect(await failing('--sql', 'select size from metrics')).toMatch(
      'error: --sql: Referenced column "size" not found',
    );
  });

  it('says where there is none', async () => {
    const { code, stdout } = await downslope.run('runs', 'runs/no-run');
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: '  no runs in runs/no-run; downslope train makes one\n',
    });
  });
});
