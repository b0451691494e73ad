import type { FitRun, Table, TableRun } from '@downslope/core';
import { writeAtomically } from '../files/atomic.js';
import { ownVersion } from '../version.js';
import { emptyRecord, take } from './make/record.js';
import { reportData } from './make/report.js';
import { reportPage } from './page/page.js';

export interface ReportOptions {
  /** The heading of a run of `fit`; that of a table is the name of its target. */
  readonly title?: string;
  /** The table that `trainTable` was given: for what matters, and the worst predictions. */
  readonly table?: Table;
  /** What the table is called (default `a table`). */
  readonly source?: string;
}

/**
 * Follows a run to its end, then writes its report: one page that opens anywhere, without a network.
 *
 * Of `trainTable` it shows scores with intervals, curves, predictions, what matters, and what the table holds; of `fit`
 * the curves. Ask for it before the run's first step, right after the run was made: it tells what it has heard.
 *
 * @param path the file to write; one of that name is replaced
 * @returns the run's result
 * @throws what the run throws, and when the file cannot be written
 * @example
 * ```ts
 * import { tableFrom, trainTable, writeReport } from 'downslope';
 * const table = tableFrom(Array.from({ length: 60 }, (_, i) => ({ size: 30 + i, price: 100 + 2 * i + (i % 3) })));
 * const run = trainTable(table, { target: 'price', model: 'linear' });
 * const { metrics } = await writeReport('price.html', run, { table, source: 'houses' });
 * console.log(metrics.test);
 * ```
 */
export async function writeReport<Run extends TableRun | FitRun>(
  path: string,
  run: Run,
  { title, table, source }: ReportOptions = {},
): Promise<Awaited<Run['result']>> {
  const record = emptyRecord();
  for await (const event of run) take(record, event);
  const result = await run.result;
  const data = reportData(record, result, { title, table, source, version: ownVersion() });
  await writeAtomically(path, reportPage(data));
  return result as Awaited<Run['result']>;
}
