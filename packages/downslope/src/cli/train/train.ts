import { type TableResult, trainTable } from '@downslope/core';
import { refuseUsed } from '../../files/folder.js';
import { createRun, type RunFolder } from '../../files/runs.js';
import { readTable } from '../../files/tables.js';
import { exitCodeOf, onInterrupt } from '../interrupt.js';
import { oneTable } from '../one-table.js';
import { checked, trainSchema } from '../options.js';
import { outputOn } from '../output.js';
import { narratorOn } from './narrator.js';
import { runName, trainTableOptions } from './options.js';
import { configOf, lineOf, savedLines, summaryOf } from './run.js';

/** `downslope train`: from a table to a run folder. */
export async function train(tables: readonly string[], given: Record<string, unknown>): Promise<void> {
  const flags = checked(trainSchema, given);
  const { sql, out } = flags;
  const source = oneTable('train', tables, sql);
  if (out !== undefined) await refuseUsed(out);
  const table = await readTable(source, { sql });
  const options = await trainTableOptions(flags, table);

  const report = outputOn(flags.json ? process.stderr : process.stdout);
  const narrator = narratorOn(report, process.stderr, { source: source ?? 'the query', options });
  const stop = new AbortController();
  const release = onInterrupt(
    (signal) => {
      process.exitCode = exitCodeOf(signal);
      narrator.say('the best weights so far are kept; once more: stop at once, and keep nothing');
      stop.abort();
    },
    (signal) => {
      narrator.stop();
      process.exit(exitCodeOf(signal));
    },
    process,
  );
  let folder: RunFolder | undefined;
  let result: TableResult | undefined;
  try {
    for await (const event of trainTable(table, { ...options, signal: stop.signal })) {
      folder ??= await createRun({
        name: runName(source, options.target),
        out,
        config: configOf(source, flags),
      });
      const line = lineOf(event);
      if (line !== undefined) folder.log(line);
      narrator.tell(event);
      if (event.kind === 'end') result = event.result;
    }
    if (folder === undefined || result === undefined) throw new Error('internal: a run without an end');
    await folder.finish(result.trained.files());
  } finally {
    narrator.stop();
    release();
  }
  report.lines(savedLines(folder.path, source, report.style));
  if (flags.json) process.stdout.write(`${JSON.stringify(summaryOf(result, folder.path))}\n`);
}
