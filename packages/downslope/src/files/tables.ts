import { createReadStream, existsSync } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { type Table, tableOf } from '@downslope/core';
import type { DuckDBConnection } from '@duckdb/node-api';
import { misuse } from '../misuse.js';
import { readColumns } from './columns.js';
import { type MakeCopy, oneLineEnd, withCopies } from './copies.js';
import { isFromDuckDB, quoteText, rowsOf, usefulSentence, withDuckDB } from './duckdb.js';
import { amended, FIRST_READING, type Reading, type Relation, relationOf } from './relation.js';
import { inspectSource, type Source } from './source.js';

export interface ReadOptions {
  /**
   * A query to take the rows from. The rows of `source`, when one is given, are called `data` in it. Files that it names
   * itself are read as DuckDB does: within the query `NA` is a word.
   */
  readonly sql?: string;
  /** The column to be predicted: words among its numbers make it text, they are not taken for missing values. */
  readonly target?: string;
}

/**
 * Reads a table from a file, a glob of files, or a query over files.
 *
 * CSV, TSV, JSON, JSON lines and Parquet, each also compressed by gzip. The files of a glob are read in the
 * order of their names, and their columns matched by name. In text, the words `NA`, `N/A`, `NaN`, `nan`,
 * `null`, `NULL`, `?` and nothing at all are missing cells. Rows keep the order they have in the file.
 * So are a few words (at most 2% of the cells, and three different ones) in a column of numbers of a text file; a note
 * says which. Numbers such as `1,234.5`, `1.234,56`, `$5` and `12.5%` are read where a whole column of text has them.
 * Numbers of any type become float64, dates and timestamps milliseconds, anything that is neither number,
 * boolean nor date becomes text.
 *
 * @param source a path, a glob such as `data/*.csv`, or `-` for standard input; may be left out when `sql` names its files
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
export async function readTable(
  source: string | undefined,
  { sql, target }: ReadOptions = {},
): Promise<Table> {
  if (source === undefined && sql === undefined) throw misuse('readTable needs a file, or a query as sql');
  return await withCopies(async (copy) => {
    const sources = source === undefined ? [] : await sourcesOf(source, copy);
    const name = sql === undefined ? nameOf(source!) : 'the query';
    return await readPatiently({ sources, sql, target, name }, copy);
  });
}

interface Request {
  readonly sources: readonly Source[];
  readonly sql: string | undefined;
  readonly target: string | undefined;
  /** What is read, as the user knows it. */
  readonly name: string;
}

/** Reads, and reads again in another way when the first guess at types, encoding or line ends was wrong. */
async function readPatiently(request: Request, copy: MakeCopy): Promise<Table> {
  let { sources } = request;
  for (let how = FIRST_READING; ; ) {
    try {
      return await withDuckDB((connection) => readOnce(connection, { ...request, sources }, how));
    } catch (error) {
      if (!isFromDuckDB(error)) throw error;
      const next = sources.length === 0 ? undefined : amended(how, error.message);
      if (next !== undefined) how = next;
      else if (sources === request.sources && sources.some(hasTwoLineEnds) && aboutForm(error))
        sources = await Promise.all(sources.map((source) => withOneLineEnd(source, copy)));
      else throw misuse(`${request.name}: ${usefulSentence(error)}`);
    }
  }
}

/** DuckDB refuses text whose lines end in CR LF here and in LF there. */
const hasTwoLineEnds = ({ format, utf16, head }: Source): boolean =>
  format === 'csv' && !utf16 && head.includes('\r\n');

const aboutForm = ({ message }: Error): boolean => /sniffing|invalid state/i.test(message);

async function withOneLineEnd(source: Source, copy: MakeCopy): Promise<Source> {
  if (!hasTwoLineEnds(source)) return source;
  const unzip = source.gzip ? [createGunzip()] : [];
  const path = await copy(createReadStream(source.path), ...unzip, oneLineEnd());
  return { ...source, path, gzip: false, head: source.head.replaceAll('\r\n', '\n') };
}

async function readOnce(
  connection: DuckDBConnection,
  { sources, sql, target, name }: Request,
  how: Reading,
): Promise<Table> {
  const { from, renamed, notes } = await union(connection, sources, how);
  if (sql !== undefined && sources.length > 0)
    await connection.run(`create temp view data as select * from ${from}`);
  const read = await readColumns(connection, {
    query: sql ?? `select * from ${from}`,
    once: sql !== undefined || sources.length > 1 || sources[0]!.format === 'json',
    untyped: sql === undefined && sources.every((source) => source.format === 'csv'),
    strict: target,
  });
  const named = read.map(({ column }) => ({ ...column, name: renamed.get(column.name) ?? column.name }));
  const table = tableOf(named, [...notes, ...read.flatMap((each) => each.notes)]);
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

/** What stands for standard input. */
const STANDARD_INPUT = '-';

const nameOf = (source: string): string => (source === STANDARD_INPUT ? 'standard input' : source);

/** Standard input, else the file of that name, else the files that match it as a glob. */
async function sourcesOf(source: string, copy: MakeCopy): Promise<Source[]> {
  if (source === STANDARD_INPUT)
    return [await unpacked(await inspectSource(await copy(process.stdin), nameOf(source)), copy)];
  const paths = /[*?[]/.test(source) && !existsSync(source) ? await filesMatching(source) : [source];
  return await Promise.all(paths.map(async (path) => await unpacked(await inspectSource(path), copy)));
}

async function filesMatching(pattern: string): Promise<string[]> {
  const glob = `select file from glob(${quoteText(pattern)}) order by file`;
  const found = await withDuckDB((connection) => rowsOf(connection, glob));
  if (found.length === 0) throw misuse(`no file matches ${pattern}`);
  return found.map((row) => String(row.file));
}

/** DuckDB reads compressed text itself; Parquet that is compressed once more is unpacked first. */
async function unpacked(source: Source, copy: MakeCopy): Promise<Source> {
  if (source.format !== 'parquet' || !source.gzip) return source;
  return { ...source, path: await copy(createReadStream(source.path), createGunzip()), gzip: false };
}
