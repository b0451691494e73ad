import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FoundTableRate, findTableLr, tableFrom } from '@downslope/core';
import picocolors from 'picocolors';
import { afterAll, describe, expect, it } from 'vitest';
import { drawn } from '../minimize/terminal.js';
import { widthOf } from '../style.js';
import { Downslope, example } from '../testing/downslope.js';
import { commandFor, foundRateLines, rateScene } from './report.js';

const folder = mkdtempSync(join(tmpdir(), 'downslope-find-lr-'));
afterAll(() => rmSync(folder, { recursive: true }));
const downslope = new Downslope();
afterAll(() => downslope.remove());
const style = picocolors.createColors(false);
const rows = Array.from({ length: 120 }, (_, i) => ({ a: Math.sin(i), y: Math.sin(i) ** 2 }));

describe('what find-lr shows', () => {
  const found: Promise<FoundTableRate> = findTableLr(tableFrom(rows), {
    target: 'y',
    hidden: [8],
    seeds: 2,
    trialSteps: 30,
  });

  it('is a picture with the readings in it, as wide as the terminal', async () => {
    const scene = rateScene(await found);
    for (const columns of [40, 80]) {
      const lines = drawn(scene, columns, style);
      expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(columns);
      expect(lines.join('\n')).toContain('●');
    }
    expect(drawn(scene, 80, style).at(-1)).toMatch(/rate 1\.00e−7 .* rate [\d.]+$/);
  });

  it('is each reading with what came of it, the limit, and the command that trains with the rate', async () => {
    const result = await found;
    const given = { target: 'y', hidden: '8', exclude: ['b', 'c d'] };
    const command = commandFor(result, given, 'my table.csv');
    const lr = Number(result.lr.toPrecision(3));
    expect(command.replace(/^npx /, '')).toBe(
      `downslope train 'my table.csv' --target y --model mlp --exclude 'b,c d' --hidden 8 --optimizer adam --batch 16 --lr ${lr}`,
    );
    const text = foundRateLines(result, command, style).join('\n');
    for (const word of ['valley', 'steep', 'minimum/10', 'slide', 'limit', 'chosen', command])
      expect(text).toContain(word);
  });
});

it('the command finds a rate, draws, and prints one object', async () => {
  const svg = join(folder, 'rates.svg');
  const options = '--target species --hidden 8 --seeds 2 --trial-steps 20 --json --svg'.split(' ');
  const { code, stdout, stderr } = await downslope.run('find-lr', example('iris.csv'), ...options, svg);
  expect(code).toBe(0);
  const { lr, curve, suggestions, trials, command } = JSON.parse(stdout);
  expect(lr).toBeGreaterThan(1e-5);
  expect(curve.rates).toHaveLength(curve.loss.length);
  expect(Object.keys(suggestions)).toEqual(['steep', 'minimum', 'valley', 'slide']);
  expect(trials.length).toBeGreaterThan(0);
  expect(command).toContain('--target species --model mlp');
  expect(stderr).toContain('chosen');
  expect(readFileSync(svg, 'utf8')).toContain('valley');
}, 60_000);

it('misuse is told, with exit code 2', async () => {
  for (const [args, message] of [
    [[example('iris.csv')], '--target is missing'],
    [
      [example('iris.csv'), '--target', 'species', '--seeds', '0'],
      '--seeds must be a positive integer, got 0',
    ],
    [[example('iris.csv'), '--target', 'species', '--steps', '5'], '--steps must be an integer from 10 on'],
  ] as const) {
    const { code, stderr } = await downslope.run('find-lr', ...args);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  }
}, 60_000);
