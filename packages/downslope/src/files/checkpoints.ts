import { createHash } from 'node:crypto';
import { open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readSafetensors, type Snapshot, type TableSnapshot, writeSafetensors } from '@downslope/core';
import { misuse } from '../misuse.js';
import { remove, removeUnfinished, writeFolder } from './atomic.js';
import { whyNot } from './failure.js';
import { makeFolder } from './folder.js';
import { apart, together } from './snapshot-json.js';

// checkpoints/000012/ holds checkpoint.json (what is no array, checksums) and arrays.safetensors. Numbers only go up.

const FORMAT = 'downslope checkpoint';
/** Goes up when an older reader would misunderstand. */
const VERSION = 1;
const STATE = 'checkpoint.json';
const ARRAYS = 'arrays.safetensors';

export interface SaveOptions {
  /** How many of the newest are kept (default 2), beside the one with the lowest validation loss. */
  readonly keep?: number;
  /** What else is to be known when it is loaded: JSON. */
  readonly notes?: Readonly<Record<string, unknown>>;
}

export interface LoadedCheckpoint<S = Snapshot | TableSnapshot> {
  readonly snapshot: S;
  readonly notes: Readonly<Record<string, unknown>>;
  /** The folder that it was read from. */
  readonly path: string;
  /** What is wrong with newer ones, which were passed over: a line each. */
  readonly damaged: readonly string[];
}

/**
 * Writes a checkpoint into a folder of checkpoints, as `checkpoint: { save }` of `fit` and `trainTable` gives it: arrays as
 * safetensors, the rest as JSON, both with checksums. It is written beside, flushed and renamed: whatever happens
 * meanwhile, the checkpoints before are whole. Then the oldest are removed.
 *
 * @param folder is made if it is not there
 * @returns the path of the checkpoint
 * @throws when it cannot be written, as on a full disk; nothing is removed then
 * @example
 * ```ts
 * import { adam, fit, linear, loadCheckpoint, type Snapshot, saveCheckpoint, squared } from 'downslope';
 * const folder = 'runs/line/checkpoints';
 * const x = [[0], [1], [2], [3]];
 * const resume = (await loadCheckpoint<Snapshot>(folder))?.snapshot; // undefined when the run is new
 * const checkpoint = { save: async (snapshot: Snapshot) => void (await saveCheckpoint(folder, snapshot)) };
 * const options = { train: { x, y: x }, loss: squared, optimizer: adam({ lr: 0.1 }), epochs: 200 };
 * await fit(linear({ inputs: 1, outputs: 1 }), { ...options, checkpoint, resume }).result;
 * ```
 */
export async function saveCheckpoint(
  folder: string,
  snapshot: Snapshot | TableSnapshot,
  { keep = 2, notes = {} }: SaveOptions = {},
): Promise<string> {
  if (!Number.isSafeInteger(keep) || keep < 1) throw misuse(`keep must be a positive integer, got ${keep}`);
  try {
    await makeFolder(folder);
    const numbers = await numbersIn(folder);
    const path = join(folder, named((numbers[0] ?? 0) + 1));
    const { json, arrays } = apart(snapshot);
    const content = `{"notes":${JSON.stringify(notes)},"snapshot":${json}}`;
    const tensors = writeSafetensors(arrays);
    const sums = { state: sumOf(content), arrays: sumOf(tensors) };
    const head = { format: FORMAT, version: VERSION, score: scoreOf(snapshot), sha256: sums };
    const text = `${JSON.stringify(head).slice(0, -1)},\n"content":${content}}\n`;
    await writeFolder(path, { [ARRAYS]: tensors, [STATE]: text });
    await tidy(folder, keep);
    return path;
  } catch (error) {
    throw misuse(whyNot(error, folder));
  }
}

/**
 * Reads the newest checkpoint of a folder that is whole.
 *
 * @returns `undefined` when there is none
 * @throws when none of those that are there is whole, or the newest is of another version
 */
export async function loadCheckpoint<S extends Snapshot | TableSnapshot = Snapshot | TableSnapshot>(
  folder: string,
): Promise<LoadedCheckpoint<S> | undefined> {
  const damaged: string[] = [];
  for (const number of await numbersIn(folder)) {
    const path = join(folder, named(number));
    const read = await readCheckpoint(path);
    if (typeof read !== 'string') return { ...read, snapshot: read.snapshot as S, path, damaged };
    damaged.push(`${path}: ${read}`);
  }
  if (damaged.length > 0) throw misuse(`no checkpoint is whole: ${damaged.join('; ')}`);
  return undefined;
}

/** A checkpoint, or what is wrong with it. */
async function readCheckpoint(path: string): Promise<Pick<LoadedCheckpoint, 'snapshot' | 'notes'> | string> {
  try {
    const [text, tensors] = [await readFile(join(path, STATE), 'utf8'), await readFile(join(path, ARRAYS))];
    const { format, version, sha256, content } = JSON.parse(text);
    if (format !== FORMAT) return `${STATE} is of another format`;
    if (version !== VERSION) throw misuse(otherVersion(path, version));
    if (sumOf(JSON.stringify(content)) !== sha256.state) return `${STATE} is damaged: its checksum differs`;
    if (sumOf(tensors) !== sha256.arrays) return `${ARRAYS} is damaged or cut short: its checksum differs`;
    const snapshot = together(content.snapshot, readSafetensors(tensors).tensors);
    return { notes: content.notes, snapshot: snapshot as LoadedCheckpoint['snapshot'] };
  } catch (error) {
    if (error instanceof SyntaxError) return `${STATE} is damaged or cut short`;
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'a file is missing';
    throw error;
  }
}

const otherVersion = (path: string, version: unknown): string =>
  `${path} is a checkpoint of version ${version}, and this Downslope reads version ${VERSION}; ` +
  'go on with the Downslope that wrote it, or start the run again';

const named = (number: number): string => String(number).padStart(6, '0');

const sumOf = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');

/** The checkpoints that are there, the newest first. */
async function numbersIn(folder: string): Promise<number[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((name) => /^\d{6,}$/.test(name))
    .map(Number)
    .sort((a, b) => b - a);
}

/** The validation loss that the epoch last looked at had. */
function scoreOf(snapshot: Snapshot | TableSnapshot): number | undefined {
  const last = snapshot.kind === 'fit' ? snapshot : Object.values(snapshot.models).at(-1);
  return last?.progress.history.findLast(({ validationLoss }) => validationLoss !== undefined)
    ?.validationLoss;
}

/** Removes what is neither among the newest nor the best, and what others left unfinished. */
async function tidy(folder: string, keep: number): Promise<void> {
  const numbers = await numbersIn(folder);
  const scores = await Promise.all(numbers.map((number) => scoreIn(join(folder, named(number)))));
  const best = scores.indexOf(Math.min(...scores));
  for (const [i, number] of numbers.entries()) {
    if (i < keep || (i === best && scores[i]! < Number.POSITIVE_INFINITY)) continue;
    await remove(join(folder, named(number)));
  }
  await removeUnfinished(folder);
}

/** Room for the first line of a checkpoint's JSON. */
const HEAD = 1024;

async function scoreIn(path: string): Promise<number> {
  const file = await open(join(path, STATE)).catch(() => undefined);
  try {
    const { buffer, bytesRead } = (await file?.read(Buffer.alloc(HEAD), 0, HEAD)) ?? { bytesRead: 0 };
    const [line = ''] = buffer?.toString('utf8', 0, bytesRead).split(',\n') ?? [];
    return JSON.parse(`${line}}`).score ?? Number.POSITIVE_INFINITY;
  } catch {
    return Number.POSITIVE_INFINITY;
  } finally {
    await file?.close();
  }
}
