import { type Cell, cell, column, type Predictions, type Table } from '@downslope/core';
import { short } from '../../format.js';
import type { Worst } from '../data.js';
import { likeliest } from './classes.js';
import { probability } from './rows.js';

const MOST = { rows: 10, columns: 10 };
/** Longer texts are cut. */
const LETTERS = 80;

/**
 * The rows that the model got the most wrong, as they are in the table.
 *
 * @param features the most important first
 * @param classes of a quantity none
 */
export function worstOf(
  predictions: Predictions,
  table: Table,
  features: readonly string[],
  classes?: readonly string[],
): Worst {
  const { rows, actual, predicted } = predictions;
  const loss = (row: number) =>
    classes ? -probability(predictions, row, actual[row]!) : Math.abs(actual[row]! - predicted[row]!);
  const losses = Float64Array.from(rows, (_, row) => loss(row));
  const order = Int32Array.from(rows, (_, row) => row).sort((a, b) => losses[b]! - losses[a]!);
  const columns = features.slice(0, MOST.columns);
  const from = columns.map((name) => column(table, name));
  return {
    columns,
    of: features.length,
    rows: Array.from(order.slice(0, MOST.rows), (row) => ({
      row: rows[row]! + 1,
      cells: from.map((each) => written(cell(each, rows[row]!))),
      ...(classes
        ? {
            actual: classes[actual[row]!]!,
            predicted: classes[likeliest(predictions, row, classes.length)]!,
            measure: probability(predictions, row, actual[row]!),
          }
        : {
            actual: short(actual[row]!),
            predicted: short(predicted[row]!),
            measure: actual[row]! - predicted[row]!,
          }),
    })),
  };
}

/** A cell as people read it; nothing where it is missing. */
function written(value: Cell): string {
  if (value === null) return '';
  if (value instanceof Date) return dateOf(value);
  if (typeof value === 'number')
    return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
  const text = String(value);
  return text.length > LETTERS ? `${text.slice(0, LETTERS - 1)}…` : text;
}

const dateOf = (value: Date): string =>
  Number.isNaN(value.getTime())
    ? ''
    : value
        .toISOString()
        .replace(/T00:00:00\.000Z$/, '')
        .replace(/\.\d+Z$/, 'Z');
