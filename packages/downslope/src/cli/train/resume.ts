import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { chdir } from 'node:process';
import { type LeftRun, openRun } from '../../files/runs.js';
import { counted } from '../../format.js';
import { misuse } from '../../misuse.js';
import { flag } from '../flag.js';
import type { TrainFlags } from '../options.js';
import { outputOn } from '../output.js';
import { block, type Style } from '../style.js';
import { type RunConfig, resumeCommand } from './run.js';

/** A run to go on with: what was asked for at the beginning, and where it is. */
export interface Left {
  readonly path: string;
  readonly run: LeftRun;
  readonly source: string | undefined;
  readonly flags: TrainFlags;
  readonly config: RunConfig;
}

/** What says when to stop may be other than at the beginning, */
const ENDS = /^(epochs|patience|stop[A-Z]\w*)$/;
/** and what changes no bit. */
const FREE = ['resume', 'threads', 'checkpointEvery', 'keep', 'json'];

/** Whether a run that is finished may have more to do. */
export const goesFurther = (given: TrainFlags): boolean => Object.keys(given).some((name) => ENDS.test(name));

/**
 * Finds out what a run that was left was asked to do. Paths are meant from the folder where it was started: that is where
 * the process goes.
 *
 * @param tables one may be given where it has another place now
 * @throws when there is no such run, or something is asked for that cannot be changed
 */
export async function leftRun(path: string, tables: readonly string[], given: TrainFlags): Promise<Left> {
  const other = Object.keys(given).find((name) => !FREE.includes(name) && !ENDS.test(name));
  if (other !== undefined)
    throw misuse(
      `${flag(other)} cannot be changed on the way; leave it out: --resume takes it from ${path}/config.json`,
    );
  if (tables.length > 1) throw misuse(`train takes one table, got ${tables.length}`);
  const table = tables[0] === undefined ? undefined : resolve(tables[0]);
  const run = await openRun(path);
  const config = run.config as unknown as RunConfig;
  const { resume, ...changed } = given;
  const flags = { ...config.options, json: undefined, ...changed };
  const shown = resolve('.') === config.folder ? path : resolve(path);
  if (existsSync(config.folder)) chdir(config.folder);
  const source = table ?? config.table;
  if (source === '-')
    throw misuse(
      `the table came through standard input; give it again: downslope train TABLE --resume ${path}`,
    );
  const command = ['downslope', ...process.argv.slice(2)];
  const resumed = [...(config.resumed ?? []), { at: new Date().toISOString(), command }];
  return { path: shown, run, source, flags, config: { ...config, options: flags, resumed } };
}

/** What goes on, and where. */
export function leftLines({ path, run: { checkpoint } }: Left, style: Style): string[] {
  if (!checkpoint) return block('resumed', [`${path} has no checkpoint yet: it begins anew`], style);
  const [model, { progress }] = Object.entries(checkpoint.snapshot.models).at(-1)!;
  const where = `${path} goes on after ${counted(progress.steps, 'step')} of the ${model} model`;
  const passed = checkpoint.damaged.map((line) => `passed over: ${line}`);
  return block('resumed', [where, ...passed], style);
}

/** That there is nothing to do. */
export function sayFinished({ path, flags, run: { end } }: Left): void {
  const { status, message, epochs, model } = end!;
  const more = status === 'earlyStopped' ? '--patience 100' : '--epochs 1000';
  const { style, lines } = outputOn(flags.json ? process.stderr : process.stdout);
  const how = `${path} is finished after ${counted(Number(epochs), 'epoch')} of the ${model} model: ${message}`;
  lines(block('finished', [how, `it can get more: ${style.cyan(`${resumeCommand(path)} ${more}`)}`], style));
  if (flags.json) process.stdout.write(`${JSON.stringify({ finished: true, status, epochs, run: path })}\n`);
}
