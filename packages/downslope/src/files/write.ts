import { type Cell, cell, type Table } from '@downslope/core';
import type { DuckDBType, DuckDBValue } from '@duckdb/node-api';
import { misuse } from '../misuse.js';
import { replace, writeAtomically } from './atomic.js';
import { quoteName, quoteText, withDuckDB } from './duckdb.js';

const ROWS_A_BLOCK = 2048;

/**
 * Writes a table as CSV, or as JSON lines (`.jsonl`, `.ndjson`) or Parquet (`.parquet`) when the name ends so.
 *
 * Numbers are written so that they read back as the same float64; missing cells are empty (CSV) or null. The
 * file appears under its name once it is whole.
 *
 * @throws for another format that the name asks for (`.json`, `.xlsx`, `.gz`)
 */
export async function writeTable(path: string, table: Table): Promise<void> {
  const format = writtenFormat(path);
  if (format === 'parquet') return await replace(path, (beside) => writeParquet(beside, table));
  await writeAtomically(path, format === 'csv' ? csvLines(table) : jsonLines(table));
}

/** @throws for a format that tables are not written in */
export function writtenFormat(path: string): 'csv' | 'json lines' | 'parquet' {
  const ending = /\.(\w+)$/.exec(path)?.[1]?.toLowerCase() ?? 'csv';
  if (ending === 'parquet') return 'parquet';
  if (ending === 'jsonl' || ending === 'ndjson') return 'json lines';
  if (/^(json|xlsx?|gz|zip)$/.test(ending))
    throw misuse(`${path}: tables are written as .csv, .jsonl or .parquet, not as .${ending}`);
  return 'csv';
}

/** The table as CSV, some thousand lines at a time; the first block has the header. */
export function* csvLines(table: Table): Generator<string> {
  yield `${table.columns.map((column) => csvText(column.name)).join(',')}\n`;
  yield* blocks(table, (cells) => cells.map(csvCell).join(','));
}

/** The table as JSON lines. */
export function* jsonLines(table: Table): Generator<string> {
  const names = table.columns.map((column) => column.name);
  yield* blocks(table, (cells) =>
    JSON.stringify(Object.fromEntries(names.map((name, i) => [name, cells[i]]))),
  );
}

function* blocks(table: Table, lineOf: (cells: Cell[]) => string): Generator<string> {
  for (let start = 0; start < table.rows; start += ROWS_A_BLOCK) {
    const lines: string[] = [];
    for (let row = start; row < Math.min(start + ROWS_A_BLOCK, table.rows); row++)
      lines.push(lineOf(table.columns.map((column) => cell(column, row))));
    yield `${lines.join('\n')}\n`;
  }
}

function csvCell(value: Cell): string {
  if (value === null) return '';
  return value instanceof Date ? value.toISOString() : csvText(String(value));
}

const csvText = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

async function writeParquet(path: string, table: Table): Promise<void> {
  const { BOOLEAN, DOUBLE, DuckDBDataChunk, DuckDBTimestampValue, TIMESTAMP, VARCHAR } = await import(
    '@duckdb/node-api'
  );
  const types = { number: DOUBLE, text: VARCHAR, boolean: BOOLEAN, date: TIMESTAMP } satisfies Record<
    string,
    DuckDBType
  >;
  const duckValue = (value: Cell): DuckDBValue =>
    value instanceof Date ? new DuckDBTimestampValue(BigInt(value.getTime()) * 1000n) : value;
  await withDuckDB(async (connection) => {
    const columns = table.columns.map((column) => `${quoteName(column.name)} ${types[column.kind]}`);
    await connection.run(`create temp table written (${columns.join(', ')})`);
    const appender = await connection.createAppender('written');
    for (let start = 0; start < table.rows; start += ROWS_A_BLOCK) {
      const rows = Math.min(ROWS_A_BLOCK, table.rows - start);
      const chunk = DuckDBDataChunk.create(
        table.columns.map((column) => types[column.kind]),
        rows,
      );
      for (const [index, column] of table.columns.entries())
        chunk.setColumnValues(
          index,
          Array.from({ length: rows }, (_, row) => duckValue(cell(column, start + row))),
        );
      appender.appendDataChunk(chunk);
    }
    appender.closeSync();
    await connection.run(`copy written to ${quoteText(path)} (format parquet)`);
  });
}
