// npm run bench -- --help     says what else it does
import { readFileSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { compare } from './compare.js';
import { contenders, OURS } from './contenders.js';
import { machine } from './document.js';
import { measureLimits } from './limits.js';
import { HELP, Misuse, type Request, requestOf } from './options.js';
import { type Results, writeReport } from './report.js';
import { disagreeing, pooled, type Row, type Run, withThreads } from './results.js';
import { figures, plain, progress, requirements } from './table.js';
import { WORKLOADS } from './workloads.js';

type Of<Kind> = Extract<Request, { kind: Kind }>;

try {
  await answerTo(requestOf(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof Misuse)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}

async function answerTo(request: Request): Promise<void> {
  if (request.kind === 'help') return console.log(HELP);
  if (request.kind === 'scaling') return (await import('./scaling/scaling.js')).scaling();
  show(request.kind === 'report' ? kept(request) : await measured(request));
}

function show(results: Results): void {
  const { rows, limits } = pooled(results.runs);
  const onOneThread = rows.map((row) => withThreads(row, 1));
  console.log(`\n${plain(figures(onOneThread, limits))}\n\n${plain(requirements(results.runs))}`);
  if (rows.length === WORKLOADS.length) writeReport(results);
  for (const row of rows) complain(row);
}

/** What was kept in a file; a further run that was broken off does not count. */
function kept({ from }: Of<'report'>): Results {
  const results = readResults(from);
  const [first] = results.runs ?? [];
  if (first?.load === undefined) throw new Misuse(`${from} holds no run, or one of an earlier benchmark`);
  return { ...results, runs: results.runs.filter((run) => run.rows.length === first.rows.length) };
}

function readResults(file: string): Results {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Results;
  } catch (error) {
    throw new Misuse(`--from ${file}: ${(error as Error).message}`);
  }
}

/** All that is picked, as often as wanted. */
async function measured({ picked, runs: wanted, json }: Of<'measure'>): Promise<Results> {
  const { present, missing } = await contenders();
  for (const [name, reason] of Object.entries(missing)) console.error(`without ${name}: ${reason}`);
  const versions: Record<string, string> = {};
  const runs: Run[] = [];
  const results: Results = { machine: machine(), versions, runs, missing };
  while (runs.length < wanted) {
    const rows: Row[] = [];
    const load = loadavg()[0]!;
    if (load > 0.5 && runs.length === 0)
      console.error(`the machine is busy (load ${load.toFixed(1)}): figures will be worse than they are`);
    const limits = await measureLimits(present);
    runs.push({ load, limits, rows });
    for (const workload of picked) {
      const begin = performance.now();
      rows.push(await compare(workload, present, limits, versions));
      console.error(progress(rows.at(-1)!, (performance.now() - begin) / 1000));
      // A run that is broken off leaves what it has found.
      if (json) writeFileSync(json, JSON.stringify(results, null, 1));
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
