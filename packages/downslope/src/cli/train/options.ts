import { basename } from 'node:path';
import type { Table, TrainTableOptions } from '@downslope/core';
import { loadModel } from '../../files/model.js';
import { readTable } from '../../files/tables.js';
import { misuse } from '../../misuse.js';
import type { TrainFlags } from '../options.js';
import { cut } from '../style.js';

/** What the library is asked for, once files that flags name are read. */
export async function trainTableOptions(flags: TrainFlags, table: Table): Promise<TrainTableOptions> {
  const { sql, out, json, folds, from, target, splitColumn, weightColumn, validation, test, ...same } = flags;
  if (target === undefined)
    throw misuse(`--target is missing: which column is to be predicted? there are ${shownNames(table)}`);
  return {
    ...same,
    target,
    from: from === undefined ? undefined : await loadModel(from),
    split: splitColumn,
    weight: weightColumn,
    validation: await shareOrTable(validation, target),
    test: await shareOrTable(test, target),
  };
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

function shownNames({ columns }: Table): string {
  const names = columns.map((column) => column.name);
  const shown = names.slice(0, MOST_NAMES).map((name) => cut(name, 40));
  const rest = names.length - shown.length;
  return shown.join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}
