// What recording a run costs:
//   node scripts/overhead-rounds.mjs ROUNDS
// Trains on each table, on one thread, and hands all that happened once more to all that the command does on the way:
// events, metrics.jsonl, the live lines of a terminal, what the report remembers. Both in turns, within one process, by
// processor time, the medians of all rounds; a terminal's clock goes as fast as the run does on a machine of its own.
// The difference between runs with and without could not be told from chance: it is less than they differ by themselves.
// Exit code 1 when the recording of some run costs 3% of it or more.
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { random, tableFrom } from '@downslope/core';
import picocolors from 'picocolors';

/** Types are checked before anything is built. @param {string} file */
const built = (file) => import(new URL(`../packages/downslope/dist/${file}`, import.meta.url).href);
const { progressOn } = await built('cli/progress.js');
const { lineOf } = await built('cli/train/run.js');
const { openLog } = await built('files/log.js');
const { readTable, trainTable } = await built('index.js');
const { emptyRecord, take } = await built('report/make/record.js');
const { reportData } = await built('report/make/report.js');
const { reportPage } = await built('report/page/page.js');

/** @typedef {import('@downslope/core').Table} Table */
/** @typedef {import('@downslope/core').TrainTableOptions} Options */

const [rounds = 15] = process.argv.slice(2).map(Number);
const LIMIT = 0.03;

/** @param {string} file @param {string} target */
const example = (file, target) =>
  readTable(fileURLToPath(new URL(`../examples/data/${file}`, import.meta.url)), { target });

/** @type {{ name: string, table: Table, options: Options }[]} */
const workloads = [
  {
    name: 'penguins: 344 rows, both models',
    table: await example('penguins.json', 'Species'),
    options: { target: 'Species', threads: 1 },
  },
  {
    name: 'weather: 1,461 rows, perceptron, 60 epochs',
    table: await example('seattle-weather.csv', 'weather'),
    options: { target: 'weather', model: 'mlp', epochs: 60, patience: 0, threads: 1 },
  },
  {
    name: 'generated: 20,000 rows, 12 columns, perceptron, 10 epochs',
    table: generated(20_000, 12),
    options: { target: 'y', model: 'mlp', epochs: 10, patience: 0, threads: 1 },
  },
];

/** @param {number} rows @param {number} columns */
function generated(rows, columns) {
  const dice = random(1, 'overhead');
  return tableFrom(
    Array.from({ length: rows }, () => {
      const x = Array.from({ length: columns }, () => dice.normal());
      const y = Math.sin(x[0] ?? 0) + (x[1] ?? 0) * (x[2] ?? 0) + 0.1 * dice.normal();
      return { ...Object.fromEntries(x.map((value, i) => [`x${i}`, value])), y };
    }),
  );
}

/** Processor seconds of what is done. @param {() => Promise<unknown>} work */
async function processor(work) {
  const start = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
}

const style = picocolors.createColors(true);
const breathe = () => new Promise((resume) => setImmediate(resume));

/** Processor seconds of one run, and what happened in it. @param {Table} table @param {Options} options */
async function train(table, options) {
  const run = trainTable(table, options);
  const start = performance.now();
  const seconds = await processor(() => run.result);
  const wall = (performance.now() - start) / 1000;
  const result = await run.result;
  const events = result.history;
  return { seconds, events, result, pace: Math.min(1, seconds / wall) };
}

/**
 * Records the epochs of a run, `times` over, or does nothing with them but to go through them.
 *
 * @param {Awaited<ReturnType<typeof train>>} run @param {boolean} really
 */
async function record({ events, pace }, really) {
  const out = join(tmpdir(), `downslope-overhead-${process.pid}`);
  rmSync(out, { recursive: true, force: true });
  const log = await openLog(out, 0);
  const remembered = emptyRecord();
  let clock = 0;
  const display = progressOn({
    write: () => {},
    style,
    live: true,
    size: () => ({ columns: 100, rows: 30 }),
    rows: 1000,
    now: () => clock,
  });
  const seconds = await processor(async () => {
    for (const event of events) {
      await breathe();
      if (!really) continue;
      clock = 1000 * pace * event.seconds;
      const line = lineOf(event);
      if (line) log.write(JSON.stringify(line));
      display.epoch(event);
      take(remembered, event);
    }
  });
  await log.close();
  return { seconds, remembered };
}

/** @param {readonly number[]} values */
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
/** @param {number} share */
const percent = (share) => `${(100 * share).toFixed(2)}%`;

let failed = false;
for (const { name, table, options } of workloads) {
  await record(await train(table, options), true);
  /** @type {{ run: number, recording: number, page: number }[]} */
  const found = [];
  for (let round = 0; round < rounds; round++) {
    const run = await train(table, options);
    const { seconds, remembered } = await record(run, true);
    const { seconds: nothing } = await record(run, false);
    const page = await processor(async () => {
      reportPage(reportData(remembered, run.result, { version: '', table }));
    });
    found.push({ run: run.seconds, recording: seconds - nothing, page });
  }
  /** @param {keyof (typeof found)[number]} key */
  const middle = (key) => median(found.map((each) => each[key]));
  const share = middle('recording') / middle('run');
  const run = `a run of ${middle('run').toFixed(2)} s`;
  console.log(
    `${name}: recording ${percent(share)} of ${run}; the report, afterwards: ${middle('page').toFixed(2)} s`,
  );
  if (!(share < LIMIT)) failed = true;
}
process.exitCode = failed ? 1 : 0;
