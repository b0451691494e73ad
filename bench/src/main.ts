// npm run bench [-- WORKLOAD …] [--runs N] [--json FILE]     a word picks the workloads whose names hold it; none: all
// npm run bench -- --from FILE                               writes the document of figures that were kept
// npm run bench -- scaling                                   how the time of a step grows
import { readFileSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { compare } from './compare.js';
import { contenders, OURS } from './contenders.js';
import { machine } from './document.js';
import { measureLimits } from './limits.js';
import { type Results, writeReport } from './report.js';
import { disagreeing, pooled, type Row, type Run, withThreads } from './results.js';
import { figures, plain, progress, requirements } from './table.js';
import { WORKLOADS } from './workloads.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'string' }, runs: { type: 'string', default: '1' }, from: { type: 'string' } },
});
if (positionals[0] === 'scaling') {
  const { scaling } = await import('./scaling/scaling.js');
  await scaling();
  process.exit();
}
const wanted = Number(values.runs);
if (!Number.isInteger(wanted) || wanted < 1) {
  console.error(`--runs must be a positive integer, got ${values.runs}`);
  process.exit(2);
}
const picked = WORKLOADS.filter(
  ({ name }) => positionals.length === 0 || positionals.some((word) => name.includes(word)),
);
if (picked.length === 0) {
  console.error(`no such workload; there are ${WORKLOADS.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}

const results = values.from ? kept(values.from) : await measured();
const { rows, limits } = pooled(results.runs);
const onOneThread = rows.map((row) => withThreads(row, 1));
console.log(`\n${plain(figures(onOneThread, limits))}\n\n${plain(requirements(results.runs))}`);
if (rows.length === WORKLOADS.length) writeReport(results);
for (const row of rows) complain(row);

/** What was kept in a file; a further run that was broken off does not count. */
function kept(file: string): Results {
  const results = JSON.parse(readFileSync(file, 'utf8')) as Results;
  const rows = results.runs[0]?.rows.length;
  return { ...results, runs: results.runs.filter((run) => run.rows.length === rows) };
}

/** All that is picked, as often as wanted. */
async function measured(): Promise<Results> {
  const load = loadavg()[0]!;
  if (load > 0.5)
    console.error(`the machine is busy (load ${load.toFixed(1)}): figures will be worse than they are`);
  const { present, missing } = await contenders();
  for (const [name, reason] of Object.entries(missing)) console.error(`without ${name}: ${reason}`);
  const versions: Record<string, string> = {};
  const runs: Run[] = [];
  const results: Results = { machine: machine(), load, versions, runs, missing };
  while (runs.length < wanted) {
    const rows: Row[] = [];
    const limits = await measureLimits(present);
    runs.push({ limits, rows });
    for (const workload of picked) {
      const begin = performance.now();
      rows.push(await compare(workload, present, limits, versions));
      console.error(progress(rows.at(-1)!, (performance.now() - begin) / 1000));
      // A run that is broken off leaves what it has found.
      if (values.json) writeFileSync(values.json, JSON.stringify(results, null, 1));
    }
  }
  return results;
}

/** Says who computes something else, and what of ours is not there; the command fails then. */
function complain(row: Row): void {
  const { workload, absent } = row;
  for (const { column, loss } of disagreeing(row)) {
    console.error(`${workload.name}: ${column} computes something else, loss ${loss}`);
    process.exitCode = 1;
  }
  const broken = Object.entries(absent).filter(([column]) => column.startsWith(OURS.portable));
  for (const [column, reason] of broken) {
    console.error(`${workload.name}: without ${column}: ${reason}`);
    process.exitCode = 1;
  }
}
