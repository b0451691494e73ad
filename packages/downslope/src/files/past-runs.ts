import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { nearest, type Scores, type Task } from '@downslope/core';
import { misuse } from '../misuse.js';

/** A run that was, as its folder tells of it. */
export interface PastRun {
  /** The last part of its path. */
  readonly name: string;
  readonly path: string;
  /** When it began, as ISO 8601. */
  readonly started: string;
  /** What it was trained on; `undefined` for a query. */
  readonly table: string | undefined;
  readonly target: string | undefined;
  /** The version of Downslope that made it. */
  readonly version: string;
  /** As they were typed. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly events: readonly PastEvent[];
  /** What it came to, if it has come to an end. */
  readonly end: PastEnd | undefined;
}

/** A line of `metrics.jsonl`. */
export interface PastEvent {
  readonly kind: string;
  readonly [field: string]: unknown;
}

export interface PastEnd {
  readonly task: Task;
  readonly model: string;
  readonly status: string;
  readonly epochs: number;
  readonly steps: number;
  readonly seconds: number;
  readonly features: readonly string[];
  readonly metrics: { readonly [part in Part]?: Scores | null };
}

export type Part = 'train' | 'validation' | 'test';

/**
 * Reads what a run left behind, finished or not.
 *
 * @throws when there is no such folder (the error suggests the nearest), or it is no run
 */
export async function readRun(path: string): Promise<PastRun> {
  if (!existsSync(path)) throw misuse(await absent(path));
  const config = await readConfig(path);
  if (config === undefined) throw misuse(`${path} is no run: there is no config.json in it that can be read`);
  const log = await readFile(join(path, 'metrics.jsonl'), 'utf8').catch(() => '');
  const events = eventsIn(log);
  const last = events.at(-1);
  const { options = {}, started, table, downslope } = config;
  const target = (last as { target?: string } | undefined)?.target ?? (options as { target?: string }).target;
  return {
    name: basename(path),
    path,
    started: String(started ?? ''),
    table: table as string | undefined,
    target,
    version: String(downslope ?? 'unknown'),
    options: options as PastRun['options'],
    events,
    end: last?.kind === 'end' ? (last as unknown as PastEnd) : undefined,
  };
}

/**
 * The runs in a folder, the newest first; a folder that is a run itself is the only one.
 *
 * @throws when there is no such folder
 */
export async function runsIn(folder: string): Promise<PastRun[]> {
  if (!existsSync(folder)) throw misuse(await absent(folder));
  if (!(await stat(folder)).isDirectory()) throw misuse(`${folder} is a file; give a folder of runs`);
  if (existsSync(join(folder, 'config.json'))) return [await readRun(folder)];
  const found: PastRun[] = [];
  for (const name of (await readdir(folder)).sort())
    if (existsSync(join(folder, name, 'config.json')) && (await readConfig(join(folder, name))))
      found.push(await readRun(join(folder, name)));
  return found.sort((a, b) => (a.started < b.started ? 1 : a.started > b.started ? -1 : 0));
}

/** `undefined` where it is not there, cut short, or of something else: a run writes it whole. */
async function readConfig(path: string): Promise<Record<string, unknown> | undefined> {
  try {
    const config: unknown = JSON.parse(await readFile(join(path, 'config.json'), 'utf8'));
    const isRun = typeof config === 'object' && config !== null && 'downslope' in config;
    return isRun ? (config as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** A line that is cut short is one that was being written when the run ended. */
const eventsIn = (log: string): PastEvent[] =>
  log.split('\n').flatMap((line) => {
    try {
      return [JSON.parse(line) as PastEvent];
    } catch {
      return [];
    }
  });

/** The error for a run that is not there, with the nearest one that is. */
export async function absent(path: string): Promise<string> {
  const names = await readdir(dirname(path)).catch(() => []);
  const near = nearest(basename(path), names);
  return `no such run: ${path}${near === undefined ? '' : `; did you mean ${join(dirname(path), near)}?`}`;
}

/** The best known part of the rows to judge a run by: test, else validation, else training. */
export function judgedOn(end: PastEnd): { part: Part; scores: Scores } | undefined {
  for (const part of ['test', 'validation', 'train'] as const) {
    const scores = end.metrics[part];
    if (scores) return { part, scores };
  }
  return undefined;
}
