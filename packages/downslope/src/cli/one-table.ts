import { misuse } from '../misuse.js';

/**
 * The one table that a command is given; `undefined` when its query names the files itself.
 *
 * @throws when there is none, or there are several, as when the shell spreads a glob
 */
export function oneTable(
  command: string,
  tables: readonly string[],
  sql: string | undefined,
): string | undefined {
  if (tables.length === 0 && sql === undefined)
    throw misuse(`${command} needs a table: give a file, a glob of files in quotes, or a query with --sql`);
  if (tables.length > 1)
    throw misuse(
      `${command} takes one table, got ${tables.length}; a glob of files stands in quotes: 'data/*.csv'`,
    );
  return tables[0];
}
