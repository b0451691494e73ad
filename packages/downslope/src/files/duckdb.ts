import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';

/**
 * Runs `work` on an in-memory DuckDB that is closed afterwards. CSV, JSON and Parquet are built in; no
 * extension is ever fetched from the network.
 */
export async function withDuckDB<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    temp_directory: join(tmpdir(), `downslope-duckdb-${process.pid}`),
  });
  const connection = await instance.connect();
  try {
    return await work(connection);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** The rows of a small result. */
export const rowsOf = async (
  connection: DuckDBConnection,
  sql: string,
): Promise<Record<string, DuckDBValue>[]> => (await connection.run(sql)).getRowObjects();

/** An identifier as SQL spells it. */
export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** A string as SQL spells it. */
export const quoteText = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** DuckDB's errors are plain ones whose message begins with their class: `Binder Error: …`. */
export const isFromDuckDB = (error: unknown): error is Error =>
  error instanceof Error && /^[A-Z][\w ]* Error: /.test(error.message);

/**
 * What a DuckDB error says, without the class of the error, the list of remedies and the excerpt that follow.
 *
 * `Binder Error: Referenced column "pric" not found … Candidate bindings: "price"` and a blank line later the
 * excerpt; for CSV files a line number, the line itself, then the reason.
 */
export function usefulSentence({ message }: Error): string {
  if (/Error when sniffing/.test(message))
    return 'no delimiter (comma, semicolon, tab or |) gives each line the same number of columns';
  const line = /CSV Error on Line: (\d+)/.exec(message)?.[1];
  const said = (message.split('\n\n')[0] ?? message)
    .replace(/^[\w ]*Error: /, '')
    .split('\n')
    .filter((part) => !/^(CSV Error on Line|Original Line|LINE \d)/.test(part));
  const end = said.findIndex((part) => /^(Possible|Potential|\s*Candidate functions)/.test(part));
  const sentence = said
    .slice(0, end < 0 ? undefined : end)
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .join(' ');
  const counts = /^Expected Number of Columns: (\d+) Found: (\d+)$/.exec(sentence);
  if (line !== undefined && counts !== null)
    return `line ${line} has ${counts[2]} cells, the first line has ${counts[1]}; mend it or take it out`;
  return line === undefined ? sentence : `line ${line}: ${sentence}`;
}
