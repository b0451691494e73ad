import { check } from '../tensor/checks.js';
import { misuse } from '../tensor/errors.js';
import { columnOf } from './cells.js';
import { allRows, type Cell, cell, type Table, tableOf } from './table.js';

/**
 * Makes a table of JavaScript rows.
 *
 * Columns are the properties in order of first appearance. Numbers (also `bigint`), text, booleans and
 * `Date` make columns of their kind; `null`, `undefined`, NaN, blank text and an invalid `Date` are missing. A column of
 * text becomes numbers only when each value reads as one (`"NA"`, `"nan"`, `"null"` then count as missing;
 * `"007"` does not read as a number). Mixed columns become text.
 *
 * @throws when a row is no object, or a cell holds an object or a list
 * @example
 * ```ts
 * import { tableFrom } from '@downslope/core';
 * const table = tableFrom([
 *   { city: 'Bergen', rain: 2250, coast: true },
 *   { city: 'Oslo', rain: null, coast: true },
 * ]);
 * table.rows; // 2
 * ```
 */
export function tableFrom(rows: readonly Readonly<Record<string, unknown>>[]): Table {
  checkRows(rows);
  const names = new Set<string>();
  for (const row of rows) for (const name in row) names.add(name);
  const columns = [...names].map((name) =>
    columnOf(
      name,
      rows.map((row) => row[name]),
    ),
  );
  return columns.length > 0 ? tableOf(columns) : { rows: rows.length, columns };
}

/** @throws when rows are no list, or one of them is no object */
export function checkRows(rows: readonly unknown[]): void {
  check('rows', rows, { what: 'a list of objects such as [{ size: 50 }]', holds: Array.isArray });
  for (const [i, row] of rows.entries())
    if (typeof row !== 'object' || row === null)
      throw misuse(`rows must be objects such as { size: 50 }; row ${i + 1} is ${JSON.stringify(row)}`);
}

/** The table as JavaScript rows; missing cells are `null`. */
export function rowsOf(table: Table, rows: Int32Array = allRows(table.rows)): Record<string, Cell>[] {
  return Array.from(rows, (row) =>
    Object.fromEntries(table.columns.map((each) => [each.name, cell(each, row)])),
  );
}
