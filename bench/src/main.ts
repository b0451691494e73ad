// npm run bench [-- WORKLOAD …] [--runs N] [--json FILE]     a word picks the workloads whose names hold it; none: all
// npm run bench -- scaling                                    how the time of a step grows
import { writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { type Contender, contenders, OURS } from './contenders.js';
import { machine } from './document.js';
import { measureLimits } from './limits.js';
import { type Results, writeReport } from './report.js';
import { disagreeing, type Entry, pooled, type Row, type Run, withThreads } from './results.js';
import { take } from './run.js';
import { figures, plain, progress, requirements } from './table.js';
import type { Workload } from './workload.js';
import { WORKLOADS } from './workloads.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'string' }, runs: { type: 'string', default: '1' } },
});
if (positionals[0] === 'scaling') {
  const { scaling } = await import('./scaling/scaling.js');
  scaling();
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

const load = loadavg()[0]!;
if (load > 0.5)
  console.error(`the machine is busy (load ${load.toFixed(1)}): figures will be worse than they are`);
const { present, missing } = contenders();
for (const [name, reason] of Object.entries(missing)) console.error(`without ${name}: ${reason}`);

const versions: Record<string, string> = {};
const runs: Run[] = [];
while (runs.length < wanted) runs.push(await runAll());

const results: Results = { machine: machine(), load, versions, runs, missing };
const { rows, limits } = pooled(runs);
const onOneThread = rows.map((row) => withThreads(row, 1));
console.log(`\n${plain(figures(onOneThread, limits))}\n\n${plain(requirements(runs))}`);
if (values.json) writeFileSync(values.json, JSON.stringify(results, null, 1));
if (picked.length === WORKLOADS.length) writeReport(results);
for (const row of rows)
  for (const { column, loss } of disagreeing(row)) {
    console.error(`${row.workload.name}: ${column} computes something else, loss ${loss}`);
    process.exitCode = 1;
  }

/** The limits and all workloads once. */
async function runAll(): Promise<Run> {
  const limits = await measureLimits(present);
  const rows: Row[] = [];
  for (const workload of picked) {
    rows.push(await compare(workload, present));
    console.error(progress(rows.at(-1)!));
  }
  return { limits, rows };
}

/** One workload by all contenders, one after another: each in a process of its own. */
async function compare(workload: Workload, present: readonly Contender[]): Promise<Row> {
  const entries: Entry[] = [];
  const absent: Record<string, string> = {};
  for (const contender of present) {
    if (contender.only?.(workload) === false) continue;
    const answer = await take(contender, workload);
    if ('absent' in answer) {
      if (contender.name === OURS) throw new Error(`${workload.name}: ${answer.absent}`);
      absent[contender.name] = answer.absent;
      continue;
    }
    Object.assign(versions, answer.versions);
    entries.push(...answer.figures.map((figure) => ({ ...figure, ...columnOf(contender, figure.form) })));
  }
  return { workload, entries, absent };
}

function columnOf({ name, threads }: Contender, form: string): Pick<Entry, 'column' | 'threads'> {
  const column = form === '' ? name : `${name} ${form}`;
  return { column: threads === 1 ? column : `${column}, all threads`, threads };
}
