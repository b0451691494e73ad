import { OURS } from './contenders.js';
import { wasShared } from './measure.js';
import {
  type Entry,
  fastest,
  type Limits,
  ours,
  type Row,
  shareOfLimit,
  spread,
  time,
  type Verdict,
  verdicts,
} from './results.js';

export type Table = readonly (readonly string[])[];

/** Microseconds to three digits. */
export const microseconds = (value: number): string =>
  value < 100 ? value.toPrecision(3) : Number(value.toPrecision(3)).toLocaleString('en');

export const times = (speed: number): string => `${speed.toFixed(speed >= 10 ? 0 : 2)}×`;
export const percent = (share: number | undefined): string =>
  share === undefined ? '' : `${(100 * share).toFixed(0)}%`;

/**
 * Microseconds a step of every column that has any; behind a rival's, our speed as a multiple of its. A ~ says that
 * the process had to share its processor: a rough figure.
 */
export function figures(rows: readonly Row[], limits: Limits): Table {
  const entries = rows.flatMap((row) => row.entries);
  const rank = ({ column, threads }: Entry): number => (column.startsWith(OURS) ? 0 : threads === 1 ? 1 : 2);
  const inOrder = [...entries].sort((a, b) => rank(a) - rank(b));
  const columns = [...new Set(inOrder.map(({ column }) => column))];
  const head = ['workload', ...columns, 'spread', 'of the limit'];
  return [head, ...rows.map((row) => rowOf(row, columns, limits))];
}

function rowOf(row: Row, columns: readonly string[], limits: Limits): string[] {
  const mine = ours(row);
  const cell = (column: string): string => {
    const entry = row.entries.find((entry) => entry.column === column);
    if (entry === undefined) return '';
    const shown = `${entry.threads === 1 && wasShared(entry) ? '~' : ''}${microseconds(time(entry))}`;
    return mine === undefined || column.startsWith(OURS)
      ? shown
      : `${shown} (${times(time(entry) / time(mine))})`;
  };
  const own = mine ? [percent(spread(mine)), percent(shareOfLimit(row, mine, limits))] : ['', ''];
  return [row.workload.name, ...columns.map(cell), ...own];
}

/** What is asked of each workload, and whether it is so. */
export function requirements(rows: readonly Row[], limits: Limits): Table {
  const lines = rows.flatMap((row) =>
    verdicts(row, limits).map((verdict) => verdictLine(row.workload.name, verdict)),
  );
  return [['workload', OURS, 'against', 'asked', 'found', ''], ...lines];
}

function verdictLine(workload: string, { requirement, own, rival, speed, share, met }: Verdict): string[] {
  const { blas, form, within } = requirement;
  const withShare = (value: string, part: number | undefined): string =>
    part === undefined ? value : `${value}, ${percent(part)} of the limit`;
  const [asked, found] = within
    ? [`at most ${microseconds(within)}`, own && microseconds(time(own))]
    : [withShare(times(requirement.speed!), requirement.share), speed && withShare(times(speed), share)];
  return [
    [workload, blas && 'with BLAS', form].filter(Boolean).join(', '),
    own ? microseconds(time(own)) : '',
    rival
      ? `${rival.column} ${microseconds(time(rival))}`
      : within
        ? ''
        : (requirement.rival ?? 'the fastest rival'),
    asked,
    found || '',
    met === undefined ? (own ? 'no rival' : 'not there yet') : met ? 'yes' : 'no',
  ];
}

/** One line about a row, as it comes in. */
export function progress(row: Row): string {
  const [mine, rival] = [ours(row), fastest(row)];
  const shown = (entry: Entry | undefined): string =>
    entry ? `${entry.column} ${microseconds(time(entry))} µs` : 'nobody';
  return `${row.workload.name.padEnd(28)} ${shown(mine)}; fastest rival: ${shown(rival)}`;
}

/** Columns lined up with spaces: the first to the left, the others to the right. */
export function plain(table: Table): string {
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  const line = (row: readonly string[]): string =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  ');
  return table.map(line).join('\n');
}

export function markdown(table: Table): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const [head, ...rows] = table;
  const rule = head!.map((_, i) => (i === 0 ? '---' : '--:'));
  return [head!, rule, ...rows].map(line).join('\n');
}
