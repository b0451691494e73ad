import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { misuse } from '../misuse.js';
import { isFromDuckDB, quoteText, usefulSentence, withDuckDB } from './duckdb.js';
import type { PastRun } from './past-runs.js';

export interface QueryResult {
  readonly columns: readonly string[];
  /** Values as JSON has them. */
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

/**
 * Asks a query of what runs left behind. In it, `metrics` has the lines of all `metrics.jsonl`, `configs` every `config.json`, each
 * with the folder of the run as `run`.
 *
 * @throws when the query fails; the error says why
 */
export async function queryRuns(runs: readonly PastRun[], sql: string): Promise<QueryResult> {
  try {
    return await withDuckDB(async (connection) => {
      // A line that is cut short, where a run was, is read as nothing at all.
      const lines = "format = 'newline_delimited', ignore_errors = true";
      await view(connection, runs, {
        name: 'metrics',
        file: 'metrics.jsonl',
        how: lines,
        where: 'kind is not null',
      });
      await view(connection, runs, {
        name: 'configs',
        file: 'config.json',
        how: "format = 'auto'",
        where: 'true',
      });
      const reader = await connection.runAndReadAll(sql);
      return { columns: reader.deduplicatedColumnNames(), rows: asJson(reader.getRowObjectsJS()) };
    });
  } catch (error) {
    throw isFromDuckDB(error) ? misuse(`--sql: ${usefulSentence(error)}`) : error;
  }
}

/** Whole numbers of 64 bits as numbers, dates as ISO 8601. */
const asJson = (rows: readonly object[]): QueryResult['rows'] =>
  JSON.parse(JSON.stringify(rows, (_, value) => (typeof value === 'bigint' ? Number(value) : value)));

async function view(
  connection: DuckDBConnection,
  runs: readonly PastRun[],
  { name, file, how, where }: Record<'name' | 'file' | 'how' | 'where', string>,
): Promise<void> {
  const paths = runs.map(({ path }) => join(path, file)).filter((path) => existsSync(path));
  if (paths.length === 0) throw misuse(`--sql: there is no ${file} to ask`);
  // A run may have fields that another has not, or hold a text where that has a number.
  const options = `${how}, union_by_name = true, filename = true, sample_size = -1, maximum_object_size = 1000000000`;
  const read = `read_json([${paths.map(quoteText).join(', ')}], ${options})`;
  const columns = 'parse_dirpath(filename) as run, * exclude (filename)';
  await connection.run(`create temp view ${name} as select ${columns} from ${read} where ${where}`);
}
