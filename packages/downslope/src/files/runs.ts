import { rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { TableModelFiles } from '@downslope/core';
import { writeAtomically } from './atomic.js';
import { makeFolder, refuseUsed } from './folder.js';
import { writeModel } from './model.js';

/** A run folder while it is being filled. One that is not finished when the program ends is removed. */
export interface RunFolder {
  readonly path: string;
  /** Adds an event to `metrics.jsonl`, unless there is none. */
  log(event: object | undefined): void;
  /** Closes the log and writes the model, as a folder that appears when it is whole. */
  finish(model: TableModelFiles): Promise<void>;
  /** Removes the folder of a run that came to nothing. */
  discard(): void;
}

/**
 * Makes the folder of a new run and writes its `config.json`.
 *
 * @param options `out` is the folder to make; without it `runs/<name>-001` or the next number that is free
 * @throws when `out` exists and is not empty
 */
export async function createRun(options: { name: string; out?: string; config: object }): Promise<RunFolder> {
  const path = options.out === undefined ? await numbered(options.name) : await claimed(options.out);
  const absolute = resolve(path);
  const remove = () => rmSync(absolute, { recursive: true, force: true });
  process.once('exit', remove);
  await writeAtomically(join(path, 'config.json'), `${JSON.stringify(options.config, null, 2)}\n`);
  const log = await openLog(join(path, 'metrics.jsonl'));
  return {
    path,
    log: (event) => {
      if (event !== undefined) log.write(`${JSON.stringify(event)}\n`);
    },
    finish: async (model) => {
      await log.close();
      await writeModel(join(path, 'model'), model);
      process.off('exit', remove);
    },
    discard: () => {
      process.off('exit', remove);
      log.close().catch(() => {}); // nothing is kept, so nothing is lost
      remove();
    },
  };
}

/** Lines are written as they come; what goes wrong (a full disk) is told when the log is closed. */
async function openLog(path: string) {
  const stream = (await open(path, 'a')).createWriteStream();
  let failed: Error | undefined;
  stream.on('error', (error) => {
    failed ??= error;
  });
  return {
    write: (line: string) => void stream.write(line),
    close: () =>
      new Promise<void>((done, fail) => {
        stream.end(() => (failed === undefined ? done() : fail(failed)));
      }),
  };
}

/** The next free `runs/<name>-<number>`; making the folder is what claims it. */
async function numbered(name: string): Promise<string> {
  await makeFolder('runs');
  for (let number = 1; ; number++) {
    const path = join('runs', `${slug(name)}-${String(number).padStart(3, '0')}`);
    if (await makeFolder(path)) return path;
  }
}

async function claimed(path: string): Promise<string> {
  await refuseUsed(path);
  await makeFolder(path);
  return path;
}

/** Letters and digits of any script, the rest as single dashes. */
const slug = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '') || 'run';
