import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, release, type } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type Limits, ours, type Row, withThreads } from './results.js';
import { figures, markdown, requirements } from './table.js';

/** Everything that a run has found. */
export interface Results {
  readonly machine: string;
  /** Processes that wanted to run when the benchmark began. */
  readonly load: number;
  readonly versions: Readonly<Record<string, string>>;
  readonly limits: Limits;
  readonly rows: readonly Row[];
  /** Rivals that this machine has not, and why. */
  readonly missing: Readonly<Record<string, string>>;
}

export const machine = (): string =>
  `${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores, ${type()} ${release()}`;

const DOCUMENT = fileURLToPath(new URL('../../docs/benchmarks.md', import.meta.url));
const BEGIN = '<!-- figures: what follows is written by npm run bench -->';
const END = '<!-- end of figures -->';

/** Puts the figures into their place in the document; the text around them stays. */
export function writeReport(results: Results): void {
  const text = readFileSync(DOCUMENT, 'utf8');
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`${DOCUMENT} has no place for figures: ${BEGIN} … ${END}`);
  writeFileSync(DOCUMENT, `${text.slice(0, from + BEGIN.length)}\n\n${body(results)}\n\n${text.slice(to)}`);
}

function body({ machine, load, versions, limits, rows, missing }: Results): string {
  const giga = (value: number): string => (value / 1e9).toPrecision(3);
  const ownAndAll = rows.flatMap((row) => {
    const [own, all] = [ours(row), withThreads(row, 'all').entries];
    return own && all.length > 0 ? [{ ...row, entries: [own, ...all] }] : [];
  });
  return [
    `Machine: ${machine}; load at the start ${load.toFixed(1)}.`,
    `Versions: ${Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}.`,
    `Limits on one thread: ${giga(limits.read40)} GB/s read from 40 MB, ${giga(limits.read800)} GB/s from 800 MB${
      limits.sgemm ? `, ${giga(limits.sgemm)} GFLOP/s sgemm (1024³, the faster of numpy and PyTorch)` : ''
    }.`,
    ...Object.entries(missing).map(([name, reason]) => `Not measured: ${name} (${reason}).`),
    '### Asked and found',
    markdown(requirements(rows, limits)),
    '### One thread',
    'Microseconds a step; in brackets the speed of Downslope as a multiple of the rival’s.',
    markdown(
      figures(
        rows.map((row) => withThreads(row, 1)),
        limits,
      ),
    ),
    '### All threads',
    markdown(figures(ownAndAll, limits)),
    '### Workloads',
    rows.map(about).join('\n'),
  ].join('\n\n');
}

function about({ workload, absent }: Row): string {
  const gaps = Object.entries(absent).map(([name, reason]) => `${name}: ${reason}`);
  return `- \`${workload.name}\`: ${workload.about}.${gaps.length > 0 ? ` Without ${gaps.join('; ')}.` : ''}`;
}
