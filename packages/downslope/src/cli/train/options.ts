import { basename } from 'node:path';
import type { Table, TrainTableOptions } from '@downslope/core';
import { loadModel } from '../../files/model.js';
import { readTable } from '../../files/tables.js';
import { misuse } from '../../misuse.js';
import type { TrainFlags } from '../options.js';
import { cut } from '../style.js';

/** What the library is asked for, once files that flags name are read. */
export async function trainTableOptions(flags: TrainFlags, table: Table): Promise<TrainTableOptions> {
  const { sql, out, resume, checkpointEvery, keep, json, tensorboard, folds, from, ...asked } = flags;
  const { target, splitColumn, weightColumn, validation, test, ...more } = asked;
  if (target === undefined)
    throw misuse(`--target is missing: which column is to be predicted? there are ${shownNames(table)}`);
  return {
    ...loopOptions(more),
    target,
    from: from === undefined ? undefined : await loadModel(from),
    split: splitColumn,
    weight: weightColumn,
    validation: await shareOrTable(validation, target),
    test: await shareOrTable(test, target),
  };
}

type LoopFlags = Omit<
  TrainFlags,
  | 'sql'
  | 'out'
  | 'resume'
  | 'checkpointEvery'
  | 'keep'
  | 'json'
  | 'tensorboard'
  | 'folds'
  | 'from'
  | 'target'
  | 'splitColumn'
  | 'weightColumn'
  | 'validation'
  | 'test'
>;

/** Flags that belong together, as the library takes them. */
function loopOptions({
  shuffle,
  clip: norm,
  clipValue: value,
  nonFinite,
  reduceOnPlateau: factor,
  plateauPatience,
  earlyStoppingMetric: metric,
  earlyStoppingWindow,
  minDelta,
  stopTarget,
  stopGradTol,
  stopLossTol,
  stopStepTol,
  stopWindow,
  stopSteps,
  stopSeconds,
  ...same
}: LoopFlags): Omit<TrainTableOptions, 'target'> {
  if (plateauPatience !== undefined && factor === undefined)
    throw misuse('--plateau-patience is for --reduce-on-plateau, such as 0.5; give both, or none');
  return {
    ...same,
    shuffle:
      shuffle && ({ epoch: true, once: 'once', no: false, replacement: 'replacement' } as const)[shuffle],
    nonFinite: nonFinite === 'lower-rate' ? 'lowerRate' : nonFinite,
    clip: given({ norm, value }),
    reduceOnPlateau: given({ factor, patience: plateauPatience }),
    earlyStopping: given({ metric, window: earlyStoppingWindow, minDelta }),
    stop: given({
      target: stopTarget,
      gradTol: stopGradTol,
      lossTol: given({ relative: stopLossTol }),
      stepTol: stopStepTol,
      window: stopWindow,
      steps: stopSteps,
      seconds: stopSeconds,
    }),
  };
}

/** A group of options without those that were not given; none at all where none was. */
function given<T extends object>(group: T): T | undefined {
  const entries = Object.entries(group).filter(([, value]) => value !== undefined);
  return entries.length > 0 ? (Object.fromEntries(entries) as T) : undefined;
}

const shareOrTable = async (
  given: number | string | undefined,
  target: string,
): Promise<number | Table | undefined> =>
  typeof given === 'string' ? await readTable(given, { target }) : given;

/** How the rows are shared out, in words. */
export function splitInWords({ split, group, time, seed = 0 }: TrainTableOptions, classes: boolean): string {
  if (split !== undefined) return `as ${split} says`;
  if (group !== undefined) return `each ${group} in one part, seed ${seed}`;
  if (time !== undefined) return `in order of ${time}`;
  return `at random${classes ? ', each class alike' : ''}, seed ${seed}`;
}

/** `data/houses.csv.gz` and the target `price` make `houses-price`. */
export function runName(source: string | undefined, target: string): string {
  const table =
    source === undefined
      ? 'query'
      : source === '-'
        ? 'input'
        : basename(source).replace(/(\.[a-z]+)?(\.gz)?$/i, '');
  return `${table} ${target}`;
}

const MOST_NAMES = 50;

export function shownNames({ columns }: Table): string {
  const names = columns.map((column) => column.name);
  const shown = names.slice(0, MOST_NAMES).map((name) => cut(name, 40));
  const rest = names.length - shown.length;
  return shown.join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}
