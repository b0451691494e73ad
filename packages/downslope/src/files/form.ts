import type { DuckDBConnection } from '@duckdb/node-api';
import { misuse } from '../misuse.js';
import { quoteText, rowsOf } from './duckdb.js';

/** How the lines of a text table are parted, as its first line says and most others confirm. */
export interface Form {
  readonly delimiter: string;
  readonly cells: number;
}

const DELIMITERS = [',', ';', '\t', '|'];

/**
 * The delimiter by which most lines have as many cells as the first, and at least two.
 *
 * DuckDB wants all lines alike: one that is cut off makes it take the table for a single column.
 */
export function formOf(head: string): Form | undefined {
  const lines = linesOf(head);
  const forms = DELIMITERS.map((delimiter) => {
    const [cells = 0, ...others] = lines.map((line) => cellCount(line, delimiter));
    return { delimiter, cells, share: others.filter((each) => each === cells).length / others.length };
  });
  const likely = forms.filter(({ cells, share }) => cells > 1 && share > 0.5);
  return likely.sort((a, b) => b.share - a.share || b.cells - a.cells)[0];
}

/** The lines that hold something; a line break within quotes ends none. */
const linesOf = (text: string): string[] =>
  (text.match(/(?:"[^"]*"|[^"\r\n])+/g) ?? []).filter((line) => line.trim() !== '');

const cellCount = (line: string, delimiter: string): number =>
  line.replace(/"[^"]*"/g, '').split(delimiter).length;

const MOST_SHOWN = 3;

/**
 * @param scan `read_csv(…)` of the whole file that stores the lines it rejects
 * @throws when lines have more or fewer cells than the first; the error names them
 */
export async function refuseRagged(
  connection: DuckDBConnection,
  { name, scan, cells }: { name: string; scan: string; cells: number },
): Promise<void> {
  await connection.run(`select count(*) from ${scan}`);
  // A line is listed once for each cell that it lacks, or has too many.
  const found = await rowsOf(
    connection,
    `select line::INTEGER as line, error_type like 'TOO MANY%' as many, list(error_message) as said
     from reject_errors where error_type like '%COLUMNS' group by all order by line`,
  );
  if (found.length === 0) return;
  const said = found.slice(0, MOST_SHOWN).map(({ line, many, said }) => {
    const counts = [...String(said).matchAll(/Found: (\d+)/g)].map((match) => Number(match[1]));
    const has = many ? Math.max(...counts) : Math.min(...counts);
    return `line ${line} has ${has} cell${has === 1 ? '' : 's'}`;
  });
  const more = found.length > said.length ? ` (and ${found.length - said.length} more lines differ)` : '';
  const which = found.length === 1 ? 'it' : 'them';
  throw misuse(
    `${name}: ${said.join(', ')}${more}, the first line has ${cells}; mend ${which} or take ${which} out ` +
      '(a cell that holds a delimiter stands in double quotes)',
  );
}

/** The columns of a first line of so many cells, for a scan that looks at their count only. */
export const anyColumns = (cells: number): string =>
  `{${Array.from({ length: cells }, (_, i) => `${quoteText(`c${i}`)}: 'VARCHAR'`).join(', ')}}`;
