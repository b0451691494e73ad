import type { CrossValidation, TableEvent, TableResult } from '@downslope/core';
import { shellWord } from '../../report/shell.js';
import { ownVersion } from '../../version.js';
import type { TrainFlags } from '../options.js';
import { block, type Style } from '../style.js';

/** What `config.json` holds: all that is needed to run it again. */
export interface RunConfig {
  readonly downslope: string;
  readonly node: string;
  readonly started: string;
  /** Where it was started. */
  readonly folder: string;
  readonly command: readonly string[];
  readonly table?: string | undefined;
  readonly options: TrainFlags;
  /** When it was gone on with, and by which commands. */
  readonly resumed?: readonly { readonly at: string; readonly command: readonly string[] }[];
}

export const configOf = (table: string | undefined, flags: TrainFlags): RunConfig => ({
  downslope: ownVersion(),
  node: process.versions.node,
  started: new Date().toISOString(),
  folder: process.cwd(),
  command: ['downslope', ...process.argv.slice(2)],
  table,
  options: flags,
});

/**
 * An event as a line of `metrics.jsonl`: without what stands in other lines or files. A solver takes very many epochs;
 * of those from 1,000 on every tenth is kept, from 10,000 on every hundredth.
 */
export function lineOf(event: TableEvent): object | undefined {
  if (event.kind === 'epoch')
    return event.epoch % 10 ** Math.max(0, digits(event.epoch) - 3) === 0 ? event : undefined;
  if (event.kind !== 'end') return event;
  const { trained, history, predictions, ...result } = event.result;
  return { kind: event.kind, ...result };
}

const digits = (count: number): number => String(count).length;

/** The object that `--json` prints. */
export function summaryOf(result: TableResult, run: string, folds?: CrossValidation): object {
  const { task, classes, rows, features, model, objective, metrics, status, epochs, steps, seconds } = result;
  const { train, validation = null, test = null, baseline } = metrics;
  return {
    task,
    ...(classes === undefined ? {} : { classes }),
    rows: { train: rows.train, validation: rows.validation ?? 0, test: rows.test ?? 0 },
    features,
    model,
    objective,
    metrics: { train, validation, test, baseline },
    ...(folds && { folds: { mean: folds.mean, std: folds.std, baseline: folds.baseline } }),
    status,
    epochs,
    steps,
    seconds,
    run,
  };
}

/** Where the run is, and how to use it. */
export function savedLines(
  run: string,
  page: string | undefined,
  table: string | undefined,
  style: Style,
): string[] {
  const another = `new${/\.\w+(\.gz)?$/.exec(table ?? '')?.[0] ?? '.csv'}`;
  const command = `${started()} predict ${shellWord(run)} ${another} --out predictions.csv`;
  return [
    '',
    ...block('report', page === undefined ? [] : [page], style),
    ...block('run', [run, style.cyan(command)], style),
    '',
  ];
}

/** How to go on with a run that was stopped. */
export const resumeCommand = (run: string): string => `${started()} train --resume ${shellWord(run)}`;

const started = (): string => (process.env.npm_command === undefined ? 'downslope' : 'npx downslope');
