import type { Column } from '@downslope/core';
import type { DuckDBConnection, DuckDBMaterializedResult, DuckDBVector } from '@duckdb/node-api';
import { columnOfText, type Understood } from './dictionary.js';
import { quoteName, rowsOf } from './duckdb.js';

export interface ReadPlan {
  /** The query that gives the rows. */
  readonly query: string;
  /** True when running it twice is costly: its rows are then kept in DuckDB's own memory first. */
  readonly once: boolean;
  /** True for files without types, where text that is all numbers is numbers. */
  readonly untyped: boolean;
  /** A column in which words among numbers are no missing values. */
  readonly strict: string | undefined;
}

type Values = Float64Array | Int32Array | Int8Array;

/** A column as DuckDB describes it, and how it is brought over. */
interface Field {
  readonly name: string;
  readonly kind: Column['kind'];
  /** The column in SQL; text as VARCHAR. */
  readonly sql: string;
}

/**
 * All rows of a query as columns.
 *
 * Every cell is cast in SQL to a DOUBLE or an INTEGER without NULLs, so that whole vectors are copied. Text
 * becomes the codes of an ENUM of its levels in order of first appearance; DuckDB finds them some forty times as fast as
 * a `Map` would, cell by cell.
 */
export async function readColumns(connection: DuckDBConnection, plan: ReadPlan): Promise<Understood[]> {
  let from = plan.once ? await materialise(connection, plan.query) : `(${plan.query})`;
  const described = await rowsOf(connection, `describe select * from ${from}`);
  const fields = described.map((row) => fieldOf(String(row.column_name), String(row.column_type)));
  if (!plan.once && fields.some((field) => field.kind === 'text'))
    from = await materialise(connection, plan.query);
  const dictionaries = new Map<Field, string>();
  for (const field of fields)
    if (field.kind === 'text')
      dictionaries.set(field, await dictionaryOf(connection, from, field, dictionaries.size));
  const cells = fields.map((field) => cellOf(field, dictionaries.get(field)));
  const result = await connection.run(`select ${cells.join(', ')} from ${from}`);
  const values = copyOut(result, fields);
  const columns: Understood[] = [];
  for (const [index, field] of fields.entries()) {
    const dictionary = dictionaries.get(field);
    const levels = dictionary === undefined ? [] : await levelsOf(connection, dictionary);
    columns.push(columnOf(field, values[index]!, levels, plan));
  }
  return columns;
}

async function materialise(connection: DuckDBConnection, query: string): Promise<string> {
  await connection.run(`create temp table downslope_rows as ${query}`);
  return 'downslope_rows';
}

function fieldOf(name: string, type: string): Field {
  const sql = quoteName(name);
  if (/^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|BIGNUM|FLOAT|DOUBLE|DECIMAL\(\d+,\d+\))$/.test(type))
    return { name, kind: 'number', sql };
  if (type === 'BOOLEAN') return { name, kind: 'boolean', sql };
  if (/^(DATE|TIMESTAMP(_\w+| WITH TIME ZONE)?)$/.test(type)) return { name, kind: 'date', sql };
  return { name, kind: 'text', sql: type === 'JSON' ? `(${sql} ->> '$')` : `${sql}::VARCHAR` };
}

function cellOf({ kind, sql }: Field, dictionary: string | undefined): string {
  switch (kind) {
    case 'number':
      return `coalesce(${sql}::DOUBLE, 'nan'::DOUBLE)`;
    case 'date':
      return `coalesce(epoch_ms(${sql})::DOUBLE, 'nan'::DOUBLE)`;
    case 'boolean':
      return `coalesce(${sql}::INTEGER, -1)`;
    case 'text':
      return `coalesce(enum_code(${sql}::${dictionary})::INTEGER, -1)`;
  }
}

/** The levels of a text column, as an ENUM type; returns its name. */
async function dictionaryOf(
  connection: DuckDBConnection,
  from: string,
  field: Field,
  index: number,
): Promise<string> {
  const name = `downslope_levels_${index}`;
  const levels = `select ${field.sql} as level, min(rowid) as first from ${from} where level is not null group by all`;
  await connection.run(`create temp type ${name} as enum (select level from (${levels}) order by first)`);
  return name;
}

async function levelsOf(connection: DuckDBConnection, dictionary: string): Promise<string[]> {
  const result = await connection.run(`select unnest(enum_range(null::${dictionary}))`);
  return ((await result.getColumns())[0] ?? []) as string[];
}

function copyOut(result: DuckDBMaterializedResult, fields: readonly Field[]): Values[] {
  const values = fields.map((field) => allocate(field.kind, result.rowCount));
  let row = 0;
  for (let index = 0; index < result.chunkCount; index++) {
    const chunk = result.getChunk(index);
    for (const [column, into] of values.entries()) copyVector(chunk.getColumnVector(column), into, row);
    row += chunk.rowCount;
  }
  return values;
}

function allocate(kind: Column['kind'], rows: number): Values {
  if (kind === 'boolean') return new Int8Array(rows);
  return kind === 'text' ? new Int32Array(rows) : new Float64Array(rows);
}

/**
 * Copies a vector without NULLs. The library keeps its typed array to itself; where it still has one, a copy of
 * the whole is some ten times as fast as a call for each cell.
 */
export function copyVector(
  vector: Pick<DuckDBVector, 'itemCount' | 'getItem'>,
  into: Values,
  at: number,
): void {
  const { items } = vector as { items?: unknown };
  if (items instanceof Float64Array || items instanceof Int32Array) into.set(items, at);
  else for (let i = 0; i < vector.itemCount; i++) into[at + i] = vector.getItem(i) as number;
}

function columnOf({ name, kind }: Field, values: Values, levels: string[], plan: ReadPlan): Understood {
  if (kind === 'text') {
    const meaning = { untyped: plan.untyped, strict: plan.strict === name };
    return columnOfText({ kind, name, codes: values as Int32Array, levels }, meaning);
  }
  return { column: typedColumn(name, kind, values), notes: [] };
}

function typedColumn(name: string, kind: 'number' | 'boolean' | 'date', values: Values): Column {
  if (kind === 'boolean') return { kind, name, values: values as Int8Array };
  const numbers = values as Float64Array;
  return kind === 'date'
    ? { kind, name, values: numbers }
    : { kind, name, values: numbers, integer: isWhole(numbers) };
}

/** True when every present value is a whole number. */
function isWhole(values: Float64Array): boolean {
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isInteger(value) && !Number.isNaN(value)) return false;
  }
  return true;
}
