import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { type Table, tableOf } from '@downslope/core';
import type { DuckDBConnection } from '@duckdb/node-api';
import { misuse } from '../misuse.js';
import { readColumns } from './columns.js';
import { isFromDuckDB, quoteText, rowsOf, usefulSentence, withDuckDB } from './duckdb.js';
import { amended, FIRST_READING, type Reading, type Relation, relationOf } from './relation.js';
import { inspectSource, type Source } from './source.js';

export interface ReadOptions {
  /**
   * A query to take the rows from. The rows of `source`, when one is given, are called `data` in it. Files that it names
   * itself are read as DuckDB does, which knows no `NA`.
   */
  readonly sql?: string;
}

/**
 * Reads a table from a file, a glob of files, or a query over files.
 *
 * CSV, TSV, JSON, JSON lines and Parquet, each also compressed by gzip. The files of a glob are read in the
 * order of their names, and their columns matched by name. In text, the words `NA`, `N/A`, `NaN`, `nan`,
 * `null`, `NULL`, `?` and nothing at all are missing cells. Rows keep the order they have in the file.
 * Numbers of any type become float64, dates and timestamps milliseconds, anything that is neither number,
 * boolean nor date becomes text.
 *
 * @param source a path, or a glob such as `data/*.csv`; may be left out when `sql` names its files
 * @throws when there is no such file, it is empty, binary or malformed, it has no rows, or the query fails
 * @example
 * ```ts
 * import { writeFileSync } from 'node:fs';
 * import { readTable } from 'downslope';
 * writeFileSync('rain.csv', 'city,rain\nBergen,2250\nOslo,NA\n');
 * const table = await readTable('rain.csv');
 * const wet = await readTable('rain.csv', { sql: 'select * from data where rain > 1000' });
 * ```
 */
export async function readTable(source: string | undefined, { sql }: ReadOptions = {}): Promise<Table> {
  if (source === undefined && sql === undefined) throw misuse('readTable needs a file, or a query as sql');
  const { sources, discard } = await unpacked(source === undefined ? [] : await sourcesOf(source));
  try {
    return await readPatiently({ sources, sql, name: sql === undefined ? source! : 'the query' });
  } finally {
    await discard();
  }
}

interface Request {
  readonly sources: readonly Source[];
  readonly sql: string | undefined;
  /** What is read, as the user knows it. */
  readonly name: string;
}

/** Reads, and reads again in another way when the first guess at types or encoding was wrong. */
async function readPatiently(request: Request): Promise<Table> {
  for (let how = FIRST_READING; ; ) {
    try {
      return await withDuckDB((connection) => readOnce(connection, request, how));
    } catch (error) {
      if (!isFromDuckDB(error)) throw error;
      const next = request.sources.length === 0 ? undefined : amended(how, error.message);
      if (next === undefined) throw misuse(`${request.name}: ${usefulSentence(error)}`);
      how = next;
    }
  }
}

async function readOnce(
  connection: DuckDBConnection,
  { sources, sql, name }: Request,
  how: Reading,
): Promise<Table> {
  const { from, renamed, notes } = await union(connection, sources, how);
  if (sql !== undefined && sources.length > 0)
    await connection.run(`create temp view data as select * from ${from}`);
  const columns = await readColumns(connection, {
    query: sql ?? `select * from ${from}`,
    once: sql !== undefined || sources.length > 1 || sources[0]!.format === 'json',
    untyped: sql === undefined && sources.every((source) => source.format === 'csv'),
  });
  const named = columns.map((column) => ({ ...column, name: renamed.get(column.name) ?? column.name }));
  const table = tableOf(named, notes);
  if (table.rows === 0)
    throw misuse(`${name} has no rows, only the columns ${named.map((each) => each.name).join(', ')}`);
  return table;
}

/** The rows of all files below each other, columns matched by name. */
async function union(
  connection: DuckDBConnection,
  sources: readonly Source[],
  how: Reading,
): Promise<Relation> {
  const relations: Relation[] = [];
  for (const source of sources) relations.push(await relationOf(connection, source, how));
  if (relations.length === 1) return relations[0]!;
  const from = relations.map((relation) => `select * from ${relation.from}`).join(' union all by name ');
  const renamed = new Map(relations.flatMap((relation) => [...relation.renamed]));
  return { from: `(${from})`, renamed, notes: [...new Set(relations.flatMap((relation) => relation.notes))] };
}

/** The file of that name, else the files that match it as a glob. */
async function sourcesOf(name: string): Promise<Source[]> {
  if (!/[*?[]/.test(name) || existsSync(name)) return [await inspectSource(name)];
  const glob = `select file from glob(${quoteText(name)}) order by file`;
  const found = await withDuckDB((connection) => rowsOf(connection, glob));
  if (found.length === 0) throw misuse(`no file matches ${name}`);
  return await Promise.all(found.map((row) => inspectSource(String(row.file))));
}

/** DuckDB reads compressed text itself; Parquet that is compressed once more is unpacked beside it. */
async function unpacked(
  sources: readonly Source[],
): Promise<{ sources: Source[]; discard: () => Promise<void> }> {
  const isPacked = (source: Source) => source.format === 'parquet' && source.gzip;
  if (!sources.some(isPacked)) return { sources: [...sources], discard: async () => {} };
  const folder = await mkdtemp(join(tmpdir(), 'downslope-'));
  const unpack = async (source: Source, index: number): Promise<Source> => {
    if (!isPacked(source)) return source;
    const path = join(folder, `${index}.parquet`);
    await pipeline(createReadStream(source.path), createGunzip(), createWriteStream(path));
    return { ...source, path, gzip: false };
  };
  return {
    sources: await Promise.all(sources.map(unpack)),
    discard: () => rm(folder, { recursive: true, force: true }),
  };
}
