import { OURS } from './contenders.js';
import { wasShared } from './measure.js';
import {
  type Entry,
  fastest,
  fastestRival,
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
import type { Means, Requirement } from './workload.js';

export type Table = readonly (readonly string[])[];

/** Microseconds to three digits. */
export const microseconds = (value: number): string =>
  value < 100 ? value.toPrecision(3) : Number(value.toPrecision(3)).toLocaleString('en');

export const times = (speed: number): string => `${speed.toFixed(speed >= 10 ? 0 : 2)}×`;
export const percent = (share: number | undefined): string =>
  share === undefined ? '' : `${(100 * share).toFixed(0)}%`;

/**
 * Microseconds a step of every column that has any; behind a rival's, the speed of the best of ours with so many
 * threads as a multiple of its. A ~ says that the process had to share its processor: a rough figure.
 */
export function figures(rows: readonly Row[], limits: Limits, threads: Entry['threads'] = 1): Table {
  const entries = rows.flatMap((row) => row.entries);
  const rank = ({ means, threads }: Entry): number => (means ? 0 : threads === 1 ? 1 : 2);
  const inOrder = [...entries].sort((a, b) => rank(a) - rank(b));
  const columns = [...new Set(inOrder.map(({ column }) => column))];
  const head = ['workload', ...columns, 'spread', 'of the limit'];
  return [head, ...rows.map((row) => rowOf(row, columns, fastest(ours(row, threads)), limits))];
}

function rowOf(row: Row, columns: readonly string[], best: Entry | undefined, limits: Limits): string[] {
  const cell = (column: string): string => {
    const entry = row.entries.find((entry) => entry.column === column);
    if (entry === undefined) return '';
    const shown = `${entry.threads === 1 && wasShared(entry) ? '~' : ''}${microseconds(time(entry))}`;
    return best === undefined || entry.means ? shown : `${shown} (${times(time(entry) / time(best))})`;
  };
  const own = best ? [percent(spread(best)), percent(shareOfLimit(row, best, limits))] : ['', ''];
  return [row.workload.name, ...columns.map(cell), ...own];
}

const MEANS = Object.keys(OURS) as Means[];

/** What is asked of each workload, and whether it was so in each run; what was counted is in bold. */
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
  return [['workload', 'against', 'asked', ...MEANS.map((means) => OURS[means]), 'so'], ...lines];
}

function requirementLine(
  workload: string,
  { terms, form, within, speed, share, rival = 'the fastest rival' }: Requirement,
  verdicts: readonly Verdict[],
): string[] {
  const each = (text: (verdict: Verdict) => string | undefined): string =>
    verdicts.flatMap((verdict) => text(verdict) ?? []).join(' / ');
  const withShare = (value: number, part: number | undefined): string =>
    part === undefined ? times(value) : `${times(value)}, ${percent(part)} of the limit`;
  const cell = (means: Means): string =>
    each(({ found, counted }) => {
      const finding = found.find(({ entry }) => entry.means === means);
      if (finding === undefined) return undefined;
      const { entry, speed, share } = finding;
      const text = speed === undefined ? microseconds(time(entry)) : withShare(speed, share);
      return finding === counted ? `**${text}**` : text;
    });
  const judged = verdicts.flatMap(({ met }) => met ?? []);
  const met = judged.filter(Boolean).length;
  return [
    [workload, terms, form].filter(Boolean).join(', '),
    within ? '' : each(({ rival }) => rival && `${rival.column} ${microseconds(time(rival))}`) || rival,
    within ? `at most ${microseconds(within)}` : withShare(speed!, share),
    ...MEANS.map(cell),
    judged.length === 0 ? 'not measured' : met === judged.length ? 'yes' : met === 0 ? 'no' : 'not always',
  ];
}

/** One line about a row, as it comes in. */
export function progress(row: Row, seconds: number): string {
  const rival = fastestRival(row);
  const shown = [...ours(row), ...(rival ? [rival] : [])].map(
    (entry) => `${entry.column} ${microseconds(time(entry))}`,
  );
  return `${row.workload.name.padEnd(28)} ${shown.join('; ')} µs (${seconds.toFixed(0)} s)`;
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
