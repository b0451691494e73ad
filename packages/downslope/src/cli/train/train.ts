import { setImmediate as breathe } from 'node:timers/promises';
import type {
  CrossValidation,
  Every,
  TableEvent,
  TableResult,
  TableSnapshot,
  TrainTableOptions,
} from '@downslope/core';
import { refuseUsed } from '../../files/folder.js';
import { allFilesOf } from '../../files/model.js';
import { createRun, type LoggedEvent, type RunFolder } from '../../files/runs.js';
import { readTable } from '../../files/tables.js';
import { trainTable } from '../../native/bound.js';
import { findWhatIsAskedFor } from '../../native/host.js';
import { exitCodeOf, onInterrupt } from '../interrupt.js';
import { oneTable } from '../one-table.js';
import { checked, type TrainFlags, trainSchema } from '../options.js';
import { outputOn } from '../output.js';
import { tableLines } from '../report/found.js';
import { block } from '../style.js';
import { type Boards, boardsIn } from './boards.js';
import { judgeByFolds } from './folds.js';
import { type Narrator, narratorOn } from './narrator.js';
import { runName, trainTableOptions } from './options.js';
import { reportOf } from './report.js';
import { goesFurther, type Left, leftLines, leftRun, sayFinished } from './resume.js';
import { configOf, lineOf, resumeCommand, savedLines, summaryOf } from './run.js';

/** `downslope train`: from a table to a run folder, or on in one that is there. */
export async function train(tables: readonly string[], given: Record<string, unknown>): Promise<void> {
  const flags = checked(trainSchema, given);
  if (flags.resume === undefined) {
    const source = oneTable('train', tables, flags.sql);
    if (flags.out !== undefined) await refuseUsed(flags.out);
    return await carryOut({ source, flags });
  }
  const left = await leftRun(flags.resume, tables, flags);
  try {
    if (left.run.end && !goesFurther(flags)) return sayFinished(left);
    await carryOut({ ...left, left });
  } finally {
    left.run.leave();
  }
}

interface Job {
  readonly source: string | undefined;
  readonly flags: TrainFlags;
  readonly left?: Left;
}

async function carryOut({ source, flags, left }: Job): Promise<void> {
  const { sql, json, keep, checkpointEvery: every } = flags;
  if (flags.numerics !== 'portable') findWhatIsAskedFor();
  const { notes = [], ...table } = await readTable(source, { sql, target: flags.target });
  const report = outputOn(json ? process.stderr : process.stdout);
  if (left) report.lines(leftLines(left, report.style));
  report.lines(tableLines({ ...table, notes }, source, report.style));

  const options = await trainTableOptions(flags, table);
  const narrator = narratorOn(report, process.stderr, options);
  const signal = interrupted(narrator);
  const judged = await judgedByFolds();
  if (signal.aborted) return;
  const all = { ...options, ...(judged && { test: 0 }), signal, resume: left?.run.checkpoint?.snapshot };
  const config = left?.config ?? configOf(source, flags);
  const logged = left?.run.events ?? [];
  const page = reportOf(table, all, config);
  for (const event of logged) page.take(event as unknown as TableEvent);
  const { result, folder } = await follow(table, all, {
    every,
    tell: narrator.tell,
    take: page.take,
    started,
    logged,
    tensorboard: flags.tensorboard === true,
  }).finally(narrator.stop);
  const written = await page.write(folder.path, result).catch((error: Error) => {
    narrator.say('report', `not written: ${error.message}`); // the run itself is whole
    return undefined;
  });
  report.lines(savedLines(folder.path, written, source, report.style));
  if (result.status === 'aborted')
    report.lines(block('to go on', [report.style.cyan(resumeCommand(folder.path))], report.style));
  if (json) process.stdout.write(`${JSON.stringify(summaryOf(result, folder.path, judged))}\n`);

  async function judgedByFolds(): Promise<CrossValidation | undefined> {
    if (!flags.folds) return undefined;
    const before = left?.run.events.find(({ kind }) => kind === 'folds');
    if (before) return before as unknown as CrossValidation;
    return await judgeByFolds(table, { ...options, signal, folds: flags.folds }, report);
  }

  async function started(): Promise<RunFolder> {
    const { run } = left ?? {};
    const name = runName(source, options.target);
    const folder = run
      ? await run.goOn({ config, keep, path: left!.path })
      : await createRun({ name, out: flags.out, config, keep });
    if (judged && !run?.events.some(({ kind }) => kind === 'folds')) folder.log({ kind: 'folds', ...judged });
    return folder;
  }
}

interface Follower {
  readonly every: Every | undefined;
  readonly tell: (event: TableEvent) => void;
  /** What is new. */
  readonly take: (event: TableEvent) => void;
  readonly started: () => Promise<RunFolder>;
  /** What the log has already. */
  readonly logged: readonly LoggedEvent[];
  readonly tensorboard: boolean;
}

/** Trains, tells and logs what happens, keeps checkpoints, and writes the model. */
async function follow(
  table: Parameters<typeof trainTable>[0],
  options: TrainTableOptions,
  { every, tell, take, started, logged, tensorboard }: Follower,
): Promise<{ result: TableResult; folder: RunFolder }> {
  const known = new Set(logged.map(stageOf));
  let opened: Promise<RunFolder> | undefined;
  const folder = (): Promise<RunFolder> => {
    opened ??= started();
    return opened;
  };
  let boards: Boards | undefined;
  const save = async (snapshot: TableSnapshot): Promise<void> => {
    const { checkpoint } = await folder();
    await breathe(); // the log catches up with the events
    await checkpoint(snapshot);
  };
  const run = trainTable(table, { ...options, checkpoint: { save, ...(every && { every }) } });
  for await (const event of run) {
    const { path, log } = await folder();
    if (tensorboard) boards ??= boardsIn(path, logged);
    tell(event);
    const stage = stageOf({ ...event });
    if (stage !== undefined && known.has(stage)) continue;
    const line = lineOf(event);
    log(line);
    if (line) boards?.tell(event);
    take(event);
  }
  const result = await run.result;
  await boards?.close();
  await (await folder()).finish(allFilesOf(result.trained));
  return { result, folder: await folder() };
}

/** A run that goes on tells once more of the stages that are behind it, and what was found in them: the log has these. */
function stageOf(event: { readonly kind: string } & Readonly<Record<string, unknown>>): string | undefined {
  const { kind, model = '', rule, step } = event;
  if (kind === 'finding') return [kind, model, rule, step].join(' ');
  return ['inspected', 'prepared', 'model', 'trained'].includes(kind) ? `${kind} ${model}` : undefined;
}

/** What the first Ctrl-C aborts; the second ends the program. */
function interrupted(narrator: Narrator): AbortSignal {
  const stop = new AbortController();
  onInterrupt(
    (signal) => {
      process.exitCode = exitCodeOf(signal);
      narrator.say(
        'stopping',
        'the best weights so far are kept, and train --resume can go on; once more: stop at once',
      );
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
