import { OURS } from './contenders.js';
import { wasShared } from './measure.js';
import {
  type Entry,
  fastest,
  type Limits,
  ours,
  type Row,
  type Run,
  shareOfLimit,
  spread,
  time,
  type Verdict,
  verdicts,
} from './results.js';
import type { Requirement } from './workload.js';

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

/** What is asked of each workload, and whether it was so in each run. */
export function requirements(runs: readonly Run[]): Table {
  const [first] = runs as readonly [Run];
  const lines = first.rows.flatMap(({ workload }, i) => {
    const found = runs.map(({ rows, limits }) => verdicts(rows[i]!, limits));
    return workload.required.map((requirement, j) =>
      requirementLine(
        workload.name,
        requirement,
        found.map((verdicts) => verdicts[j]!),
      ),
    );
  });
  return [['workload', OURS, 'against', 'asked', 'found', ''], ...lines];
}

function requirementLine(
  workload: string,
  { blas, form, within, speed, share, rival = 'the fastest rival' }: Requirement,
  found: readonly Verdict[],
): string[] {
  const each = (text: (verdict: Verdict) => string | undefined): string =>
    found.flatMap((verdict) => text(verdict) ?? []).join(' / ');
  const withShare = (value: number, part: number | undefined): string =>
    part === undefined ? times(value) : `${times(value)}, ${percent(part)} of the limit`;
  const judged = found.flatMap(({ met }) => met ?? []);
  const met = judged.filter(Boolean).length;
  return [
    [workload, blas && 'with BLAS', form].filter(Boolean).join(', '),
    each(({ own }) => own && microseconds(time(own))),
    within ? '' : each(({ rival }) => rival && `${rival.column} ${microseconds(time(rival))}`) || rival,
    within ? `at most ${microseconds(within)}` : withShare(speed!, share),
    each(({ speed, share }) => (speed === undefined ? undefined : withShare(speed, share))),
    judged.length === 0 ? 'not measured' : met === judged.length ? 'yes' : met === 0 ? 'no' : 'not always',
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
