import {
  type Column,
  logLoss,
  type Predictions,
  permutation,
  rmse,
  type Table,
  type TableModel,
  takeRows,
} from '@downslope/core';
import { deviation, mean } from 'd3-array';
import type { Importance } from '../data.js';
import { gathered, spread } from './rows.js';

/** Cells that are encoded altogether: it takes less than half a second. */
const WORK = 1.5e7;
const ROWS = { least: 100, most: 2000 };
const REPEATS = { least: 3, most: 8 };
/** Seconds after which the rest of the columns is left out, on a machine that is slower than thought. */
const PATIENCE = 1;

/**
 * How much each feature matters to the model: its column's values are dealt anew among the rows that judge, and the
 * predictions get worse. Features that say the same share their importance: without one of them the other is there.
 *
 * After L. Breiman: "Random forests", 2001, and A. Fisher et al.: "All models are wrong, but many are useful", 2019.
 *
 * @param table that the rows of the predictions are of
 */
export function importanceOf(model: TableModel, table: Table, predictions: Predictions): Importance {
  const { features } = model;
  // Of each dealing, each row is encoded with all of its features.
  const affordable = Math.floor(WORK / features.length ** 2);
  const most = Math.min(ROWS.most, Math.max(ROWS.least, Math.floor(affordable / REPEATS.least)));
  const some = gathered(predictions, spread(predictions.rows.length, most));
  const count = some.rows.length;
  const repeats = Math.min(REPEATS.most, Math.max(REPEATS.least, Math.floor(affordable / count)));
  const columns = table.columns.filter(({ name }) => features.includes(name));
  const sample = takeRows({ rows: table.rows, columns }, some.rows);
  const start = performance.now();
  const from = lossOf(model, sample, some);
  const found: Importance['columns'][number][] = [];
  for (const [at, { name }] of sample.columns.entries()) {
    if (performance.now() - start > 1000 * PATIENCE) break;
    const rises = Array.from({ length: repeats }, (_, epoch) => {
      const order = permutation(count, { seed: 0, epoch, name: `importance of ${at}` });
      return lossOf(model, withColumn(sample, at, dealt(sample.columns[at]!, order)), some) - from;
    });
    found.push({ name, rise: mean(rises)!, spread: deviation(rises) ?? 0 });
  }
  return {
    measure: model.task === 'regression' ? 'RMSE' : 'log loss',
    rows: count,
    repeats,
    from,
    columns: found.sort((a, b) => b.rise - a.rise),
    leftOut: sample.columns.length - found.length,
  };
}

const dealt = (column: Column, order: Int32Array): Column =>
  takeRows({ rows: order.length, columns: [column] }, order).columns[0]!;

const withColumn = (table: Table, at: number, column: Column): Table => ({
  ...table,
  columns: table.columns.with(at, column),
});

/** RMSE in the target's units, or the log loss. */
function lossOf(model: TableModel, table: Table, { actual }: Predictions): number {
  const [prediction, ...probabilities] = model.predictTable(table).columns;
  if (model.task === 'regression') return rmse(valuesOf(prediction!), actual);
  const each = probabilities.map(valuesOf);
  const rowMajor = Float64Array.from(
    { length: each.length * actual.length },
    (_, i) => each[i % each.length]![Math.floor(i / each.length)]!,
  );
  return logLoss(rowMajor, actual);
}

const valuesOf = (column: Column): ArrayLike<number> =>
  column.kind === 'text' ? column.codes : column.values;
