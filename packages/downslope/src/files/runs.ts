import { existsSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { TableModelFiles, TableSnapshot } from '@downslope/core';
import { misuse } from '../misuse.js';
import { claimFolder, removeUnfinished, writeAtomically } from './atomic.js';
import { type LoadedCheckpoint, loadCheckpoint, saveCheckpoint } from './checkpoints.js';
import { makeFolder, refuseUsed } from './folder.js';
import { lockFolder } from './lock.js';
import { openLog } from './log.js';
import { writeModel } from './model.js';
import { absent } from './past-runs.js';

/** A run folder while it is being filled; meanwhile no other process may. */
export interface RunFolder {
  readonly path: string;
  /** Adds an event to `metrics.jsonl`, unless there is none. */
  log(event: object | undefined): void;
  /** Keeps a checkpoint, from which the run can be resumed, with the log as it is now. */
  checkpoint(snapshot: TableSnapshot): Promise<void>;
  /** Closes the log and writes the model, as a folder that appears when it is whole. */
  finish(model: TableModelFiles): Promise<void>;
}

/** A run that somebody left, finished or not. */
export interface LeftRun {
  /** What `config.json` holds. */
  readonly config: Readonly<Record<string, unknown>>;
  /** How it ended, if it did. */
  readonly end: Readonly<Record<string, unknown>> | undefined;
  /** Where it can go on; without a checkpoint, at its beginning. */
  readonly checkpoint: LoadedCheckpoint<TableSnapshot> | undefined;
  /** What was logged until then. */
  readonly events: readonly LoggedEvent[];
  /**
   * Takes it up again: what was logged after the checkpoint is cut off.
   *
   * @param options `path` is what it is called from now on
   */
  goOn(options: RunOptions & { readonly path: string }): Promise<RunFolder>;
  /** Leaves it as it is. */
  leave(): void;
}

export interface LoggedEvent {
  readonly kind: string;
  readonly [key: string]: unknown;
}

export interface RunOptions {
  /** What is written to `config.json`. */
  readonly config: object;
  /** How many of the newest checkpoints are kept. */
  readonly keep?: number | undefined;
}

/**
 * Makes the folder of a new run and writes its `config.json`. It is removed when the program ends before the run has a
 * checkpoint.
 *
 * @param options `out` is the folder to make; without it `runs/<name>-001` or the next number that is free
 * @throws when `out` exists and is not empty
 */
export async function createRun(
  options: RunOptions & { readonly name: string; readonly out?: string | undefined },
): Promise<RunFolder> {
  const { name, out, config } = options;
  const path = out === undefined ? await numbered(name, config) : await claimed(out, config);
  const absolute = resolve(path);
  return fill({ path, absolute }, options, { unlock: lockFolder(absolute, path), isNew: true, logged: 0 });
}

/**
 * Opens the folder of a run that was left, to go on with it.
 *
 * @throws when it is no run, another process works on it, or no checkpoint can be read
 */
export async function openRun(path: string): Promise<LeftRun> {
  if (!existsSync(path)) throw misuse(await absent(path));
  const config = await readFile(join(path, 'config.json'), 'utf8').then(JSON.parse, () => {
    throw misuse(
      `${path} is no run that can go on: there is no ${join(path, 'config.json')} that can be read`,
    );
  });
  const absolute = resolve(path); // whoever goes on may do so from another folder
  const unlock = lockFolder(absolute, path);
  try {
    await removeUnfinished(absolute);
    const log = await readFile(join(path, 'metrics.jsonl')).catch(() => Buffer.of());
    const checkpoint = await loadCheckpoint<TableSnapshot>(join(path, 'checkpoints'));
    const last = eventsIn(log).at(-1);
    const ended = last?.kind === 'end' && last.status !== 'aborted';
    // The report comes last: a run that was killed before takes its end again.
    const done = ended && ['model', 'report.html'].every((name) => existsSync(join(path, name)));
    const kept = wholeLines(log.subarray(0, Number(checkpoint?.notes.logged ?? 0)));
    return {
      config,
      end: done ? last : undefined,
      checkpoint,
      events: eventsIn(kept),
      goOn: (options) =>
        fill({ path: options.path, absolute }, options, { unlock, isNew: false, logged: kept.length }),
      leave: unlock,
    };
  } catch (error) {
    unlock();
    throw error;
  }
}

async function fill(
  { path, absolute }: { path: string; absolute: string },
  { config, keep }: RunOptions,
  { unlock, isNew, logged }: { unlock: () => void; isNew: boolean; logged: number },
): Promise<RunFolder> {
  const within = (name: string): string => join(absolute, name);
  let isEmpty = isNew;
  process.once('exit', () => {
    unlock();
    if (isEmpty) rmSync(absolute, { recursive: true, force: true });
  });
  if (!isNew) await writeAtomically(within('config.json'), textOf(config));
  const log = await openLog(within('metrics.jsonl'), logged);
  return {
    path,
    log: (event) => {
      if (event !== undefined) log.write(JSON.stringify(event));
    },
    async checkpoint(snapshot) {
      const notes = { logged: await log.flush() };
      await saveCheckpoint(within('checkpoints'), snapshot, { notes, ...(keep && { keep }) });
      isEmpty = false;
    },
    async finish(model) {
      await log.close();
      await writeModel(within('model'), model);
      isEmpty = false;
      unlock();
    },
  };
}

/** A log up to its last line that is whole. */
const wholeLines = (log: Buffer): Buffer => log.subarray(0, log.lastIndexOf('\n') + 1);

const eventsIn = (log: Buffer): LoggedEvent[] =>
  wholeLines(log)
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

const textOf = (config: object): string => `${JSON.stringify(config, null, 2)}\n`;

/** The next free `runs/<name>-<number>`; a folder appears with its settings, which is what claims it. */
async function numbered(name: string, config: object): Promise<string> {
  await makeFolder('runs');
  await removeUnfinished('runs');
  for (let number = 1; ; number++) {
    const path = join('runs', `${slug(name)}-${String(number).padStart(3, '0')}`);
    if (!existsSync(path) && (await claimFolder(path, { 'config.json': textOf(config) }))) return path;
  }
}

async function claimed(path: string, config: object): Promise<string> {
  await refuseUsed(path);
  await makeFolder(path);
  await removeUnfinished(dirname(path), `${basename(path)}.`);
  if (!(await claimFolder(path, { 'config.json': textOf(config) }))) await refuseUsed(path);
  return path;
}

/** Letters and digits of any script, the rest as single dashes. */
const slug = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '') || 'run';
