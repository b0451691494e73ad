import { existsSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { setTimeout as soon } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Downslope } from './testing/downslope.js';

let downslope: Downslope;
beforeEach(() => {
  downslope = new Downslope();
  const rows = Array.from(
    { length: 80 },
    (_, i) => `${(7 * i) % 23},${'abc'[i % 3]},${3 * ((7 * i) % 23) + Math.sin(i)}`,
  );
  writeFileSync(downslope.path('t.csv'), `size,place,price\n${rows.join('\n')}\n`);
});
afterEach(() => downslope.remove());

const OPTIONS = [
  '--target',
  'price',
  '--hidden',
  '8',
  '--optimizer',
  'sgd',
  '--schedule',
  'cosine',
  '--lr',
  '0.01',
  '--epochs',
  '15',
];
const train = (out: string, ...more: string[]) => ['train', 't.csv', ...OPTIONS, '--out', out, ...more];
const read = (...path: string[]) => readFileSync(downslope.path(...path));
const modelOf = (run: string) =>
  readdirSync(downslope.path(run, 'model')).map((file) => read(run, 'model', file));
/** The log without what is time, and without the checkpoints. */
const logOf = (run: string) =>
  read(run, 'metrics.jsonl')
    .toString('utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line, (key, value) => (key === 'seconds' ? 0 : value)))
    .filter(({ kind }) => kind !== 'checkpoint');
const until = async (holds: () => boolean) => {
  while (!holds()) await soon(5);
};

describe('downslope train --resume', { timeout: 120_000 }, () => {
  it('ends a run that was killed with the same bits, and the same log', async () => {
    expect((await downslope.run(...train('whole'))).code).toBe(0);
    const { child, ended } = downslope.start(...train('killed', '--checkpoint-every', '3steps'));
    await until(() => existsSync(downslope.path('killed', 'checkpoints', '000012')));
    child.kill('SIGKILL');
    await ended;
    expect(existsSync(downslope.path('killed', 'lock'))).toBe(true);
    const again = await downslope.run('train', '--resume', 'killed');
    expect(again.code).toBe(0);
    expect(again.stdout).toMatch(
      /^ {2}resumed {4}killed goes on after \d+ steps of the (linear|mlp) model$/m,
    );
    expect(modelOf('killed')).toEqual(modelOf('whole'));
    expect(logOf('killed')).toEqual(logOf('whole'));
    expect(readdirSync(downslope.path('killed')).sort()).toEqual(readdirSync(downslope.path('whole')).sort());
    const { resumed, options } = JSON.parse(read('killed', 'config.json').toString());
    expect(resumed).toMatchObject([{ command: ['downslope', 'train', '--resume', 'killed'] }]);
    expect(options).toMatchObject({ target: 'price', epochs: 15, checkpointEvery: { steps: 3 } });
  });

  it('takes the end again of a run that was killed before its report was whole', async () => {
    await downslope.run(...train('run'));
    const [model, log, left] = [modelOf('run'), logOf('run'), readdirSync(downslope.path('run')).sort()];
    rmSync(downslope.path('run', 'report.html'));
    writeFileSync(downslope.path('run', `report.html.${2 ** 22}.part`), '<!doctype html>');
    expect((await downslope.run('train', '--resume', 'run')).stdout).toContain('run/report.html');
    expect([modelOf('run'), logOf('run')]).toEqual([model, log]);
    expect(readdirSync(downslope.path('run')).sort()).toEqual(left);
  });

  it('finds its table from another folder', async () => {
    await downslope.run(...train('run'));
    const model = modelOf('run');
    rmSync(downslope.path('run', 'model'), { recursive: true });
    const elsewhere = new Downslope();
    const { code, stdout } = await elsewhere.run('train', '--resume', downslope.path('run'));
    elsewhere.remove();
    expect(code).toBe(0);
    expect(stdout).toContain(downslope.path('run'));
    expect(modelOf('run')).toEqual(model);
  });

  it('says so when there is nothing to do, and goes on with more epochs', async () => {
    await downslope.run(...train('run'));
    const before = logOf('run');
    const again = await downslope.run('train', '--resume', 'run', '--json');
    expect({ code: again.code, ...JSON.parse(again.stdout) }).toEqual({
      code: 0,
      finished: true,
      status: 'maxSteps',
      epochs: 15,
      run: 'run',
    });
    expect(again.stderr).toContain('run is finished after 15 epochs');
    const more = await downslope.run('train', '--resume', 'run', '--epochs', '40', '--json');
    expect(JSON.parse(more.stdout)).toMatchObject({ status: 'maxSteps', epochs: 40 });
    const after = logOf('run');
    expect(after.length).toBeGreaterThan(before.length);
    const epochs = after
      .filter(({ kind }) => kind === 'epoch')
      .map(({ model, epoch }) => `${model} ${epoch}`);
    expect(new Set(epochs).size).toBe(epochs.length);
  });

  it('begins anew what has no checkpoint yet, and passes over one that is damaged', async () => {
    await downslope.run(...train('whole', '--model', 'mlp', '--checkpoint-every', '10epochs'));
    rmSync(downslope.path('whole', 'model'), { recursive: true });
    const kept = readdirSync(downslope.path('whole', 'checkpoints')).sort();
    truncateSync(downslope.path('whole', 'checkpoints', kept.at(-1)!, 'arrays.safetensors'), 99);
    const second = await downslope.run('train', '--resume', 'whole');
    expect(second.stdout).toMatch(
      /resumed {4}whole goes on after \d+ steps of the mlp model\n +passed over: /,
    );
    const model = modelOf('whole');
    for (const gone of ['model', 'checkpoints']) rmSync(downslope.path('whole', gone), { recursive: true });
    const third = await downslope.run('train', '--resume', 'whole');
    expect(third.stdout).toContain('whole has no checkpoint yet: it begins anew');
    expect(modelOf('whole')).toEqual(model);
  });

  it('keeps what Ctrl-C leaves, and says how to go on', async () => {
    const { child, ended } = downslope.start(
      ...train('run', '--epochs', '100000', '--checkpoint-every', '1s'),
    );
    await until(() => existsSync(downslope.path('run', 'metrics.jsonl')));
    child.kill('SIGINT');
    const { code, stdout } = await ended;
    expect(code).toBe(130);
    expect(stdout).toMatch(/to go on {3}downslope train --resume run$/m);
    expect(readdirSync(downslope.path('run')).sort()).toEqual([
      'checkpoints',
      'config.json',
      'metrics.jsonl',
      'model',
      'report.html',
    ]);
  });

  it('keeps a second process out', async () => {
    const { child, ended } = downslope.start(
      ...train('run', '--epochs', '100000', '--checkpoint-every', '5steps'),
    );
    await until(() => existsSync(downslope.path('run', 'checkpoints', '000003')));
    const { code, stderr } = await downslope.run('train', '--resume', 'run');
    child.kill('SIGKILL');
    await ended;
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: run is in use by process \d+; wait until it is done, or stop it$/m);
  });

  it('refuses what cannot go on', async () => {
    await downslope.run(...train('run'));
    const refusals: [string[], string][] = [
      [['--resume', 'rn'], 'no such run: rn; did you mean run?'],
      [
        ['--resume', 'run', '--lr', '0.1'],
        '--lr cannot be changed on the way; leave it out: --resume takes it from run/config',
      ],
      [['--resume', '.'], '. is no run that can go on: there is no config.json that can be read'],
      [
        ['t.csv', '--target', 'price', '--checkpoint-every', '5'],
        '--checkpoint-every must be a number of steps, epochs',
      ],
      [['t.csv', '--target', 'price', '--keep', '0'], '--keep must be a positive integer, got 0'],
    ];
    for (const [args, message] of refusals) {
      const { code, stderr } = await downslope.run('train', ...args);
      expect({ args, code, stderr }).toEqual({ args, code: 2, stderr: expect.stringContaining(message) });
    }
    writeFileSync(downslope.path('t.csv'), `${read('t.csv')}5,a,15\n`);
    const { stderr } = await downslope.run('train', '--resume', 'run', '--epochs', '50');
    expect(stderr).toContain('the table is not the one that the run began with (81 rows, 80 then)');
    expect(logOf('run').at(-1)).toMatchObject({ kind: 'end' });
    expect(readdirSync(downslope.path('run'))).not.toContain('lock');
  });
});
