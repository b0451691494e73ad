import type { TableEvent, TableResult, TrainTableOptions } from '@downslope/core';
import { refuseUsed } from '../../files/folder.js';
import { allFilesOf } from '../../files/model.js';
import { createRun, type RunFolder } from '../../files/runs.js';
import { readTable } from '../../files/tables.js';
import { trainTable } from '../../native/bound.js';
import { nativeHost } from '../../native/host.js';
import { exitCodeOf, onInterrupt } from '../interrupt.js';
import { oneTable } from '../one-table.js';
import { checked, trainSchema } from '../options.js';
import { outputOn } from '../output.js';
import { tableLines } from '../report/found.js';
import { type Boards, boardsIn } from './boards.js';
import { judgeByFolds } from './folds.js';
import { type Narrator, narratorOn } from './narrator.js';
import { runName, trainTableOptions } from './options.js';
import { reportOf } from './report.js';
import { configOf, lineOf, savedLines, summaryOf } from './run.js';

/** `downslope train`: from a table to a run folder. */
export async function train(tables: readonly string[], given: Record<string, unknown>): Promise<void> {
  const flags = checked(trainSchema, given);
  const { sql, out, json } = flags;
  const source = oneTable('train', tables, sql);
  // A library that was asked for by name is looked at before there is anything to lose.
  if (process.env.DOWNSLOPE_BLAS && flags.numerics !== 'portable') void nativeHost.blas;
  if (out !== undefined) await refuseUsed(out);
  const { notes = [], ...table } = await readTable(source, { sql, target: flags.target });
  const report = outputOn(json ? process.stderr : process.stdout);
  report.lines(tableLines({ ...table, notes }, source, report.style));

  const options = await trainTableOptions(flags, table);
  const narrator = narratorOn(report, process.stderr, options);
  const signal = interrupted(narrator);
  const config = configOf(source, flags);
  const started = async () => {
    const folder = await createRun({ name: runName(source, options.target), out, config });
    if (judged) folder.log({ kind: 'folds', ...judged });
    return folder;
  };
  const judged =
    flags.folds && (await judgeByFolds(table, { ...options, signal, folds: flags.folds }, report));
  if (signal.aborted) return;
  const all = judged ? { ...options, test: 0, signal } : { ...options, signal };
  const page = reportOf(table, all, config);
  const listeners = [narrator.tell, page.take];
  const { result, folder } = await follow(table, all, listeners, started, flags.tensorboard).finally(
    narrator.stop,
  );
  const written = await page.write(folder.path, result).catch((error: Error) => {
    narrator.say('report', `not written: ${error.message}`); // the run itself is whole
    return undefined;
  });
  report.lines(savedLines(folder.path, written, source, report.style));
  if (json) process.stdout.write(`${JSON.stringify(summaryOf(result, folder.path, judged || undefined))}\n`);
}

/** Trains, logs and tells what happens, and writes the model. */
async function follow(
  table: Parameters<typeof trainTable>[0],
  options: TrainTableOptions,
  listeners: readonly ((event: TableEvent) => void)[],
  started: () => Promise<RunFolder>,
  tensorboard = false,
): Promise<{ result: TableResult; folder: RunFolder }> {
  let folder: RunFolder | undefined;
  let boards: Boards | undefined;
  const run = trainTable(table, options);
  for await (const event of run) {
    folder ??= await started();
    const line = lineOf(event);
    folder.log(line);
    if (tensorboard) boards ??= boardsIn(folder.path);
    if (line) await boards?.tell(event);
    for (const tell of listeners) tell(event);
  }
  const result = await run.result;
  await boards?.close();
  await folder!.finish(allFilesOf(result.trained));
  return { result, folder: folder! };
}

/** What the first Ctrl-C aborts; the second ends the program. */
function interrupted(narrator: Narrator): AbortSignal {
  const stop = new AbortController();
  onInterrupt(
    (signal) => {
      process.exitCode = exitCodeOf(signal);
      narrator.say('stopping', 'the best weights so far are kept; once more: stop at once, and keep nothing');
      stop.abort();
    },
    (signal) => {
      narrator.stop();
      process.exit(exitCodeOf(signal));
    },
    process,
  );
  return stop.signal;
}
