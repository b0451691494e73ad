// node bench/dist/tables/main.js [--short] [--json FILE] [TABLE …]     ten tables: default training against a tuned grid
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Scores, type TableResult, type TrainTableOptions, trainTable } from '@downslope/core';
import { CASES, type Case } from './tables.js';

/** How a model was trained, and its error on the rows that choose and on those that judge: RMSE, or log loss. */
interface Trial {
  readonly options: Partial<TrainTableOptions>;
  readonly validation: number;
  readonly test: number;
  readonly finite: boolean;
  readonly seconds: number;
}

interface Line {
  readonly name: string;
  readonly tuned: number;
  readonly usual: number;
  readonly baseline: number;
  readonly ratio: number;
  readonly finite: boolean;
}

/** What the grid goes over, for all of which `trainTable` has a default. */
const FULL = {
  linear: [1e-4, 1e-3, 1e-2, 1e-1],
  hidden: [[32], [64, 64]],
  lr: [1e-3, 3e-3, 1e-2],
  l2: [1e-4, 1e-3, 1e-2],
  batch: [32, 128],
  seeds: [0, 1, 2],
} as const;
/** A little of it, for every change. */
const SHORT = {
  ...FULL,
  linear: [1e-3, 1e-1],
  hidden: [[32]],
  lr: [3e-3],
  l2: [1e-3],
  batch: [32],
  seeds: [0],
};
const SHORT_TABLES = ['cars', 'wide', 'iris'];

/** What counts as ending as well as the best of the grid, and with so few runs as in short; log losses this small are alike. */
const WITHIN = { full: 0.05, short: 0.15 };
const SURE = 0.01;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { short: { type: 'boolean', default: false }, json: { type: 'string' } },
});
const grid = values.short ? SHORT : FULL;
const named =
  positionals.length > 0 ? positionals : values.short ? SHORT_TABLES : CASES.map(({ name }) => name);
const within = values.short ? WITHIN.short : WITHIN.full;

const lines: Line[] = [];
for (const each of CASES.filter(({ name }) => named.includes(name))) {
  const line = await compare(each);
  lines.push(line);
  console.log(text(line));
}
const worse = lines.filter(
  ({ ratio, usual, tuned }) => ratio > 1 + within && usual - tuned > SURE * (tuned < 0.05 ? 1 : 0),
);
const broken = lines.filter(({ finite }) => !finite);
console.log(
  `${lines.length - worse.length} of ${lines.length} within ${100 * within}%; ${broken.length} diverged`,
);
if (values.json) writeFileSync(values.json, JSON.stringify(lines, null, 1));
process.exitCode = worse.length + broken.length > 0 ? 1 : 0;

/** The grid's best by validation loss, split by split, and the default: means of test errors. */
async function compare(each: Case): Promise<Line> {
  const table = each.table();
  const tuned: number[] = [];
  const usual: Trial[] = [];
  const baseline: number[] = [];
  for (const seed of grid.seeds) {
    const train = async (options: Partial<TrainTableOptions>): Promise<Trial> => {
      const { target, exclude } = each;
      const result = await trainTable(table, { target, exclude, seed, threads: 1, ...options }).result;
      baseline[seed] = errorOf(result.metrics.baseline);
      return trialOf(options, result);
    };
    usual.push(await train({}));
    let best: Trial | undefined;
    for (const options of configurations()) {
      const trial = await train(options);
      if (!best || trial.validation < best.validation) best = trial;
    }
    tuned.push(best!.test);
  }
  const [of, by] = [mean(usual.map(({ test }) => test)), mean(tuned)];
  const finite = usual.every((trial) => trial.finite);
  return { name: each.name, tuned: by, usual: of, baseline: mean(baseline), ratio: of / by, finite };
}

function* configurations(): Generator<Partial<TrainTableOptions>> {
  for (const l2 of grid.linear) yield { model: 'linear', l2, batch: 'full' };
  for (const hidden of grid.hidden)
    for (const lr of grid.lr)
      for (const l2 of grid.l2) for (const batch of grid.batch) yield { model: 'mlp', hidden, lr, l2, batch };
}

function trialOf(options: Partial<TrainTableOptions>, { metrics, status, seconds }: TableResult): Trial {
  const [validation, test] = [errorOf(metrics.validation!), errorOf(metrics.test!)];
  return { options, validation, test, finite: status !== 'nonFinite' && Number.isFinite(test), seconds };
}

function errorOf(scores: Scores): number {
  return 'rmse' in scores ? scores.rmse : scores.logLoss;
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
}

function text({ name, tuned, usual, baseline, ratio }: Line): string {
  const shown = (value: number): string => value.toPrecision(4).padStart(9);
  return `${name.padEnd(10)} tuned ${shown(tuned)}   default ${shown(usual)}   ratio ${ratio.toFixed(3)}   baseline ${shown(baseline)}`;
}
