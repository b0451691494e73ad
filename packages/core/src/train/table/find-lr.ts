import type { Table } from '../../data/table.js';
import { optimizerNamed } from '../../optim/registry.js';
import { misuse } from '../../tensor/errors.js';
import { type FindLrOptions, findLr } from '../rate/find-lr.js';
import type { FoundRate } from '../rate/search.js';
import { isClasses, lossFor, type Network, networkModel, outputCount } from './network.js';
import { type ModelName, type TrainTableOptions, tableSettings } from './options.js';
import { encoded, inspectFor, prepare } from './prepare.js';
import { recipeFor } from './recipe.js';

/** What to look for a rate for: as for `trainTable`, where `auto` means the mlp; and how thoroughly. */
export type FindTableLrOptions = Omit<TrainTableOptions, 'lr' | 'schedule' | 'epochs' | 'patience'> &
  Pick<FindLrOptions, 'low' | 'high' | 'steps' | 'seeds' | 'smoothing' | 'trialSteps'>;

/** What {@link findTableLr} finds, and for what. */
export interface FoundTableRate extends FoundRate {
  readonly model: ModelName;
  readonly optimizer: string;
  /** Training rows. */
  readonly rows: number;
}

/**
 * Finds a learning rate for a table's model, as `findLr` does: rows are shared out and encoded as `trainTable` does it, and the
 * rates that the curve suggests are judged by the training rows.
 *
 * @param table as `tableFrom` makes it, or a file reader
 * @param options `target`, and what else `trainTable` takes; the mlp unless `model` is `'linear'`
 * @throws (rejects) as `trainTable` and `findLr` do
 * @example
 * ```ts
 * import { findTableLr, tableFrom } from '@downslope/core';
 * const rows = Array.from({ length: 100 }, (_, i) => ({ size: 30 + i, price: 100 + 2 * i + (i % 3) }));
 * const { lr, message } = await findTableLr(tableFrom(rows), { target: 'price', hidden: [8] });
 * console.log(lr, message);
 * ```
 */
export async function findTableLr(table: Table, options: FindTableLrOptions): Promise<FoundTableRate> {
  const { low, high, steps, seeds, smoothing, trialSteps, ...rest } = options;
  const odd = (['lr', 'schedule', 'epochs', 'patience'] as const).find((name) => name in options);
  if (odd !== undefined) throw misuse(`${odd}: it has no part in finding a rate; leave it out`);
  const settings = tableSettings(rest);
  const prepared = prepare(table, inspectFor(table, settings), settings);
  const { target, width, parts } = prepared;
  const train = encoded(prepared, parts.train, settings);
  const model: ModelName = settings.model === 'linear' ? 'linear' : 'mlp';
  const network: Network =
    model === 'linear' ? { kind: model } : { kind: model, hidden: [...settings.hidden] };
  const loss = lossFor(target);
  const rows = parts.train.rows.length;
  const facts = {
    ...{ model, rows, width, outputs: outputCount(target) },
    ...{ classes: isClasses(target), curvature: loss.curvature! },
  } as const;
  const { optimizer, batch, l2 } = recipeFor(facts, settings);
  const { seed, dtype, numerics, threads, host } = settings;
  const found = await findLr(networkModel(network, width, target), {
    ...{ train, loss, l2, seed, dtype },
    ...{ numerics, threads, host, low, high, steps, seeds, smoothing, trialSteps },
    batchSize: batch,
    optimizer: ({ lr }) => optimizerNamed(optimizer, { lr }),
  });
  return { ...found, model, optimizer, rows };
}
