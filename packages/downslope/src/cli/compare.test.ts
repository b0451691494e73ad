import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Downslope } from './testing/downslope.js';
import { epoch, quantityEnd, writeRun } from './testing/past-runs.js';

const downslope = new Downslope();
afterAll(() => downslope.remove());

beforeAll(() => {
  const at = (name: string) => downslope.path('runs', name);
  const started = '2026-01-01T10:00:00Z';
  const model = { kind: 'model', model: 'linear', optimizer: 'adam', batch: 16 };
  writeRun(at('a'), { started, events: [model, epoch(1, 4), epoch(2, 3), quantityEnd(12.5)] });
  writeRun(at('b'), {
    started,
    options: { target: 'price', lr: 0.1 },
    events: [{ ...model, batch: 'full' }, epoch(1, 2), quantityEnd(11)],
  });
  writeRun(at('half'), { started, events: [model, epoch(7, 1)], tail: '{"kind":"epo' });
  mkdirSync(downslope.path('other'));
});

describe('downslope compare', () => {
  it('shows scores and what differs, the best and the different marked, and writes a page', async () => {
    const { code, stdout, stderr } = await downslope.run('compare', 'runs/a', 'runs/b', 'runs/half');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = stdout.split('\n').map((line) => line.trim().split(/ {2,}/));
    expect(lines.slice(1, 5)).toEqual([
      ['run', 'RMSE', 'MAE', 'R²', 'ended', 'time', 'batch', 'lr'],
      ['a', '12.50', '2.000', '0.9000', 'gradTol', '1.3 s', '16', '–'],
      ['b', '11.00 ✓', '2.000', '0.9000', 'gradTol', '1.3 s', '≠ full', '≠ 0.1'],
      ['half', 'unfinished (epoch 7)', '16', '–'],
    ]);
    expect(stdout).toContain('✓ the best   ≠ not as in the first run');
    expect(stdout).toMatch(/^ {2}page +compare\.html$/m);
    const page = readFileSync(downslope.path('compare.html'), 'utf8');
    expect(page).toContain('<h1>3 runs compared</h1>');
    expect(page.length).toBeLessThan(1_000_000);
  });

  it('gives the same as JSON, and the page where it is wanted', async () => {
    const { stdout } = await downslope.run('compare', 'runs/a', 'runs/b', '--out', 'ab.html', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      runs: [
        { name: 'a', scores: { rmse: 12.5 } },
        { name: 'b', scores: { rmse: 11 } },
      ],
      differing: { batch: ['16', 'full'], lr: ['', '0.1'] },
      out: 'ab.html',
    });
    expect(existsSync(downslope.path('ab.html'))).toBe(true);
  });

  it('says what is wrong', async () => {
    const failing = async (...args: string[]) => {
      const { code, stderr } = await downslope.run('compare', ...args);
      expect(code).toBe(2);
      return stderr;
    };
    expect(await failing('runs/a')).toBe(
      'error: compare takes two runs or more, as in compare runs/*; got only runs/a\n',
    );
    expect(await failing('runs/a', 'runs/hal')).toBe(
      'error: no such run: runs/hal; did you mean runs/half?\n',
    );
    expect(await failing('runs/a', 'other')).toBe(
      'error: other is no run: there is no config.json in it that can be read\n',
    );
    expect(await failing('runs/a', 'runs/b', '--out', 'no/where.html')).toMatch(
      'error: no/where.html: there is no folder no',
    );
  });
});
