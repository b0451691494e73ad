import { existsSync } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { nearest } from '@downslope/core';
import { misuse } from '../misuse.js';
import { writeAtomically } from './atomic.js';

/** The files of a saved model, by name: `model.json` and `weights.safetensors`. */
export type ModelFiles = Readonly<Record<string, string | Uint8Array>>;

/** A run folder while it is being filled. */
export interface RunFolder {
  readonly path: string;
  /** Adds an event to `metrics.jsonl`. */
  log(event: object): void;
  /** Writes the model, as a folder that appears when it is whole, and closes the log. */
  finish(model: ModelFiles): Promise<void>;
  /** Removes the folder of a run that came to nothing. */
  discard(): Promise<void>;
}

/**
 * Makes the folder of a new run and writes its `config.json`.
 *
 * @param options `out` is the folder to make; without it `runs/<name>-001` or the next number that is free
 * @throws when `out` exists and is not empty
 */
export async function createRun(options: { name: string; out?: string; config: object }): Promise<RunFolder> {
  const path = options.out === undefined ? await numbered(options.name) : await claimed(options.out);
  await writeAtomically(join(path, 'config.json'), `${JSON.stringify(options.config, null, 2)}\n`);
  const log = (await open(join(path, 'metrics.jsonl'), 'a')).createWriteStream();
  const closed = () => new Promise<void>((resolve, reject) => log.on('error', reject).end(resolve));
  return {
    path,
    log: (event) => log.write(`${JSON.stringify(event)}\n`),
    finish: async (model) => {
      await closed();
      await writeModel(join(path, 'model'), model);
    },
    discard: async () => {
      await closed();
      await rm(path, { recursive: true, force: true });
    },
  };
}

/** The next free `runs/<name>-<number>`; making the folder is what claims it. */
async function numbered(name: string): Promise<string> {
  await mkdir('runs', { recursive: true });
  for (let number = 1; ; number++) {
    const path = join('runs', `${slug(name)}-${String(number).padStart(3, '0')}`);
    const made = await mkdir(path).then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'EEXIST') return false;
        throw error;
      },
    );
    if (made) return path;
  }
}

async function claimed(path: string): Promise<string> {
  const entries = await readdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOTDIR') throw misuse(`--out ${path} is a file; give a folder for the run`);
    return [];
  });
  if (entries.length > 0) throw misuse(`--out ${path} is there already and not empty; choose another folder`);
  await mkdir(path, { recursive: true });
  return path;
}

/** Letters and digits of any script, the rest as single dashes. */
const slug = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '');

async function writeModel(path: string, files: ModelFiles): Promise<void> {
  const beside = `${path}.part`;
  await mkdir(beside);
  for (const [name, content] of Object.entries(files)) {
    const file = await open(join(beside, name), 'w');
    await file.writeFile(content);
    await file.sync();
    await file.close();
  }
  await rename(beside, path);
}

/**
 * The files of the model in a run folder, or in the model folder itself.
 *
 * @throws when there is no such folder, or no model in it
 */
export async function readModelFiles(path: string): Promise<ModelFiles> {
  if (!existsSync(path)) throw misuse(await absent(path));
  const folder = existsSync(join(path, 'model.json')) ? path : join(path, 'model');
  if (!existsSync(join(folder, 'model.json')))
    throw misuse(`${path} holds no model: there is no ${join(folder, 'model.json')}`);
  return {
    'model.json': await readFile(join(folder, 'model.json'), 'utf8'),
    'weights.safetensors': new Uint8Array(await readFile(join(folder, 'weights.safetensors'))),
  };
}

async function absent(path: string): Promise<string> {
  const names = await readdir(dirname(path)).catch(() => []);
  const near = nearest(basename(path), names);
  return `no such run: ${path}${near === undefined ? '' : `; did you mean ${join(dirname(path), near)}?`}`;
}
