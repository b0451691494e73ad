import type { DuckDBConnection } from '@duckdb/node-api';
import { isFromDuckDB, quoteText, rowsOf } from './duckdb.js';
import { anyColumns, type Form, formOf, refuseRagged } from './form.js';
import type { Source } from './source.js';

/** Cells of a text file, or text cells of any file, that say "no value here". */
export const MISSING: readonly string[] = ['', 'NA', 'N/A', 'NaN', 'nan', 'null', 'NULL', '?'];

const DATES = ['DATE', 'TIMESTAMP', 'TIMESTAMPTZ'];
/** Words that DuckDB takes for dates (infinity for one in 1900) though they are numbers, or text. */
const ODD_DATES = /(?<![a-z\d])(inf|infinity|epoch)(?![a-z\d])/i;

/** How to read, where the first attempt may have guessed wrong. */
export interface Reading {
  /** Rows looked at to find the types of the columns; −1 is all. */
  readonly sampleSize: number;
  readonly encoding?: string;
  /** Numbers are written `1,5`. */
  readonly decimalComma?: boolean;
}

/** What stands after FROM, and how oddities of the file were handled. */
export interface Relation {
  readonly from: string;
  /** The names in the file of columns that DuckDB renamed, because another has the same. */
  readonly renamed: ReadonlyMap<string, string>;
  readonly notes: readonly string[];
}

export const FIRST_READING: Reading = { sampleSize: 20_480 };

/** The next attempt after an error of the last, if another is worth it. */
export function amended(how: Reading, message: string): Reading | undefined {
  if (/not utf-8|unicode/i.test(message) && how.encoding === undefined)
    return { ...how, encoding: 'latin-1' };
  if (/convert/i.test(message) && how.sampleSize >= 0) return { ...how, sampleSize: -1 };
  return undefined;
}

export function relationOf(connection: DuckDBConnection, source: Source, how: Reading): Promise<Relation> {
  if (source.format === 'csv') return csvRelation(connection, source, how);
  const from = source.format === 'json' ? jsonTable(source) : `read_parquet(${fileName(source)})`;
  return Promise.resolve({ from, renamed: new Map(), notes: [] });
}

/**
 * A CSV file by the dialect that DuckDB finds in its beginning, sniffed once.
 *
 * Numbers are read as DOUBLE at once: were a column of whole numbers read as BIGINT, a fraction further down
 * than the sample would be rounded without a word. Naming the quote makes the sniffing four times as fast,
 * and keeps quotes that occur further down. Booleans are found later, among text: DuckDB would take `yes` and
 * `no` for booleans, and forget how they were written.
 */
async function csvRelation(connection: DuckDBConnection, source: Source, how: Reading): Promise<Relation> {
  const encoding = how.encoding ?? (source.utf16 ? 'utf-16' : 'utf-8');
  const dialect = {
    quote: quoteText('"'),
    escape: quoteText('"'),
    encoding: quoteText(encoding),
    ...(source.gzip && { compression: quoteText('gzip') }),
  };
  const options = {
    ...dialect,
    nullstr: listOf(MISSING),
    auto_type_candidates: listOf(['DOUBLE', ...(ODD_DATES.test(source.head) ? [] : DATES), 'VARCHAR']),
    sample_size: String(how.sampleSize),
    ...(/\.(tsv|tab)(\.gz)?$/i.test(source.name) && { delim: quoteText('\t') }),
    ...(how.decimalComma && { decimal_separator: quoteText(',') }),
  };
  const { Prompt, Delimiter, SkipRows, HasHeader, Columns } = await sniffed(
    connection,
    source,
    options,
    dialect,
  );
  if (!how.decimalComma && Delimiter !== ',' && hasDecimalCommas(source.head, Delimiter))
    return csvRelation(connection, source, { ...how, decimalComma: true });
  const names = Columns.items.map((column) => column.entries.name);
  const notes = [
    ...(encoding === 'latin-1' ? [`${source.name} is not UTF-8: it is read as Latin-1`] : []),
    ...(how.decimalComma ? [`${source.name} has decimal commas: 1,5 is read as 1.5`] : []),
    ...(SkipRows > 0
      ? [`the first ${lines(SkipRows)} skipped: not of the same form as the table below`]
      : []),
    ...(HasHeader
      ? []
      : [`no header line was found: the columns are called ${names.slice(0, 2).join(', ')}, …`]),
  ];
  // The query found names the file as it is, not as a glob has it.
  const found = Prompt.slice(Prompt.indexOf(', auto_detect=')).replace(/;$/, '');
  return { from: `read_csv(${fileName(source)}${found}`, renamed: renamedOf(names, source.head), notes };
}

/**
 * What DuckDB finds a file to be.
 *
 * @throws when it finds another form than most lines have, or none, because some lines have too many or too few cells
 */
async function sniffed(
  connection: DuckDBConnection,
  source: Source,
  options: Record<string, string>,
  dialect: Record<string, string>,
): Promise<Sniffed> {
  const form = formOf(source.head);
  const refuse = (found: Form) =>
    refuseRagged(connection, {
      name: source.name,
      cells: found.cells,
      scan: countingScan(source, dialect, found),
    });
  try {
    const [row] = await rowsOf(connection, `from sniff_csv(${fileName(source)}, ${spelled(options)})`);
    const found = row as unknown as Sniffed;
    const alike = found.Delimiter === form?.delimiter && found.Columns.items.length === form.cells;
    if (form !== undefined && !alike) await refuse(form);
    return found;
  } catch (error) {
    if (form !== undefined && isFromDuckDB(error)) await refuse(form);
    throw error;
  }
}

/** Reads a file as text of a given form, and remembers which lines have another. */
const countingScan = (source: Source, dialect: Record<string, string>, { delimiter, cells }: Form): string =>
  `read_csv(${fileName(source)}, ${spelled({
    ...dialect,
    delim: quoteText(delimiter),
    columns: anyColumns(cells),
    auto_detect: 'false',
    header: 'true',
    store_rejects: 'true',
  })})`;

interface Sniffed {
  /** The query that reads the file with all that was found spelled out. */
  readonly Prompt: string;
  readonly Delimiter: string;
  readonly SkipRows: number;
  readonly HasHeader: boolean;
  readonly Columns: { readonly items: readonly { readonly entries: { readonly name: string } }[] };
}

/** All rows are looked at for the types: DuckDB rounds a fraction that follows a sample of whole numbers. */
function jsonTable(source: Source): string {
  const options = {
    sample_size: '-1',
    map_inference_threshold: '-1',
    field_appearance_threshold: '0',
    ...(source.gzip && { compression: quoteText('gzip') }),
  };
  return `read_json(${fileName(source)}, ${spelled(options)})`;
}

/** DuckDB calls the second column `a` of a file `a_1`; the beginning of the file tells whether it did. */
export function renamedOf(names: readonly string[], head: string): Map<string, string> {
  const known = new Set(names.map((name) => name.toLowerCase()));
  const renamed = new Map<string, string>();
  for (const name of names) {
    const original = name.replace(/_\d+$/, '');
    if (original !== name && known.has(original.toLowerCase()) && !head.includes(name))
      renamed.set(name, original);
  }
  return renamed;
}

/** Cells such as `1,5`, and none such as `1.5`. */
export function hasDecimalCommas(head: string, delimiter: string): boolean {
  const cells = head.split('\n').flatMap((line) => line.trim().split(delimiter));
  const some = (pattern: RegExp) => cells.some((cell) => pattern.test(cell));
  return some(/^"?[+-]?\d*,\d+"?$/) && !some(/^"?[+-]?\d*\.\d+"?$/);
}

const lines = (count: number): string => (count === 1 ? 'line is' : `${count} lines are`);

const spelled = (options: Record<string, string>): string =>
  Object.entries(options)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ');

const listOf = (texts: readonly string[]): string => `[${texts.map(quoteText).join(', ')}]`;

/** The file's own name, even where it holds letters that mean something in a glob. */
const fileName = (source: Source): string => quoteText(source.path.replace(/[*?[]/g, '[$&]'));
