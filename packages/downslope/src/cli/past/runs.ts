import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { judgedOn, type PastRun, runsIn } from '../../files/past-runs.js';
import { type QueryResult, queryRuns } from '../../files/query-runs.js';
import { counted, duration } from '../../format.js';
import { mainScore, statusOf } from '../../report/past.js';
import { checked, runsSchema } from '../options.js';
import { type Output, outputOn } from '../output.js';
import { aligned, oneLine } from '../style.js';

const FOLDER = 'runs';

/** `downslope runs`: what is there, or what a query finds in it. */
export async function runs(folder: string | undefined, given: Record<string, unknown>): Promise<void> {
  const { sql, json } = checked(runsSchema, given);
  const none = folder === undefined && !existsSync(FOLDER);
  const found = none ? [] : await runsIn(folder ?? FOLDER);
  const out = outputOn(process.stdout);
  if (sql !== undefined) {
    const result = await queryRuns(found, sql);
    if (json) process.stdout.write(`${JSON.stringify(result)}\n`);
    else out.drawn(queryLines(result, out));
  } else if (json) process.stdout.write(`${JSON.stringify({ runs: found.map(summaryOf) })}\n`);
  else if (found.length > 0) out.drawn(runLines(found, out));
  else out.lines([`  no runs in ${folder ?? FOLDER}; downslope train makes one`]);
}

/** A line for each run, the newest first. */
function runLines(found: readonly PastRun[], { style }: Output): string[] {
  const head = ['run', 'started', 'table', 'target', 'model', 'score', 'status', 'time'];
  const rows = found.map((run) => [
    run.name,
    when(run.started),
    run.table === undefined ? 'a query' : oneLine(basename(run.table)),
    oneLine(run.target ?? ''),
    run.end?.model ?? '',
    mainScore(run),
    statusOf(run),
    run.end ? duration(run.end.seconds) : '',
  ]);
  const [first = '', ...lines] = aligned([head, ...rows]);
  return ['', style.bold(first), ...lines, '', `  ${counted(found.length, 'run')}`, ''];
}

/** The local time, to the minute. */
function when(iso: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return '';
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

function queryLines({ columns, rows }: QueryResult, { style }: Output): string[] {
  const cells = rows.map((row) => columns.map((name) => written(row[name])));
  const [head = '', ...lines] = aligned([[...columns], ...cells]);
  return [style.bold(head), ...lines];
}

const written = (value: unknown): string => {
  if (value === null || value === undefined) return '';
  return oneLine(typeof value === 'object' ? JSON.stringify(value) : String(value));
};

/** A run as `--json` has it. */
function summaryOf(run: PastRun): object {
  const { name, path, started, table = null, target = null, version, options, end } = run;
  const judged = end && judgedOn(end);
  const { confusion, ...scores } = (judged?.scores ?? {}) as Record<string, unknown>;
  return {
    name,
    path,
    started,
    table,
    target,
    task: end?.task ?? null,
    model: end?.model ?? null,
    status: end?.status ?? 'unfinished',
    judgedOn: judged?.part ?? null,
    scores: judged ? scores : null,
    epochs: end?.epochs ?? null,
    steps: end?.steps ?? null,
    seconds: end?.seconds ?? null,
    version,
    options,
  };
}
