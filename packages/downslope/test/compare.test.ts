import { expect, it } from 'vitest';
import { itInBrowser } from '../../core/test/browser/chromium.js';
import { epoch, pastRun, quantityEnd } from '../src/cli/testing/past-runs.js';
import { comparedRuns } from '../src/report/make/comparison.js';
import { comparePage } from '../src/report/page/compare.js';
import { axe, open, violations } from './open-page.js';
import { HOSTILE } from './report-page.js';

const epochs = (scale: number, count: number) =>
  Array.from({ length: count }, (_, i) => epoch(i + 1, scale / (i + 1)));

/** Ten runs, the first and second with hostile names and settings. */
const runs = Array.from({ length: 10 }, (_, i) =>
  pastRun({
    name: HOSTILE[i] ?? `run ${i}`,
    options: { target: 'price', lr: i < 5 ? 0.1 : 0.2, [HOSTILE[1]!]: HOSTILE[2] },
    events: [
      { kind: 'model', model: 'linear', optimizer: 'adam', batch: 16 },
      ...epochs(i + 1, 3 + i),
      quantityEnd(10 - i),
    ],
  }),
);
const compared = comparedRuns(runs);
const page = comparePage(compared, { at: new Date(0), version: '0.0.0' });

it('tells what differs from what is the same, and the best of each measure', () => {
  expect(compared.differing).toEqual([{ name: 'lr', values: runs.map((_, i) => (i < 5 ? '0.1' : '0.2')) }]);
  expect(compared.same.map(({ name }) => name)).toEqual([
    'table',
    'target',
    HOSTILE[1],
    'optimizer',
    'batch',
    'model',
    'downslope',
  ]);
  expect(compared.measures).toEqual([
    { measure: 'rmse', best: 1 },
    { measure: 'mae', best: undefined },
    { measure: 'r2', best: undefined },
  ]);
  expect(compared.notes).toEqual(['Curves are those of the first 8 of 10 runs.']);
});

it('draws a line for each run against all epochs, with gaps where it has none', () => {
  const [loss] = compared.charts;
  expect(loss!.x).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect(loss!.series.map(({ name }) => name)).toEqual(runs.slice(0, 8).map(({ name }) => name));
  expect(loss!.series[0]!.values).toEqual([1, 0.5, 0.333333, null, null, null, null, null, null, null]);
});

it('says what speaks against a comparison', () => {
  const other = pastRun({
    name: 'b',
    table: 'cars.csv',
    version: '9',
    events: [{ ...quantityEnd(1), target: 'mpg', metrics: { train: { rmse: 1, mae: 1, r2: 0 } } }],
  });
  expect(comparedRuns([runs[9]!, other]).notes).toEqual([
    'The runs have different targets: scores and losses do not compare.',
    'The runs are of different tables.',
    'Some runs are judged by test rows, others by rows that they chose by or learned from.',
    'The runs were made by different versions of Downslope.',
  ]);
});

itInBrowser('the page works offline, keeps everybody in, and runs nothing of what it was given', async () => {
  for (const dark of [false, true])
    await open(page, { dark, width: dark ? 400 : 1200 }, async (view, complaints) => {
      await view.evaluate(axe);
      expect(await view.locator('.chart canvas').count()).toBe(4);
      expect(await view.locator('#settings td b').first().textContent()).toBe('≠ 0.2');
      expect(await view.locator('#scores td', { hasText: 'best' }).textContent()).toBe('1.000 best');
      expect(await violations(view)).toEqual([]);
      expect(complaints).toEqual([]);
    });
});
