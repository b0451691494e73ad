import { putFigures } from './document.js';
import { fastest, ours, pooled, type Row, type Run, withThreads } from './results.js';
import { figures, markdown, requirements } from './table.js';

/** Everything that a run has found. */
export interface Results {
  readonly machine: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly runs: readonly Run[];
  /** Rivals that this machine has not, and why. */
  readonly missing: Readonly<Record<string, string>>;
}

/** Puts the figures into the document. */
export const writeReport = (results: Results): void => putFigures('benchmarks.md', body(results));

function body({ machine, versions, runs, missing }: Results): string {
  const { rows, limits } = pooled(runs);
  const giga = (value: number): string => (value / 1e9).toPrecision(3);
  const ownAndAll = rows.flatMap((row) => {
    const [own, all] = [fastest(ours(row)), withThreads(row, 'all').entries];
    return own && all.length > 0 ? [{ ...row, entries: [own, ...all] }] : [];
  });
  return [
    `Machine: ${machine}; load at the start ${runs.map(({ load }) => load.toFixed(1)).join(' / ')}.`,
    `Versions: ${Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}.`,
    `Limits on one thread: ${giga(limits.read40)} GB/s read from 40 MB, ${giga(limits.read800)} GB/s from 800 MB${
      limits.sgemm ? `, ${giga(limits.sgemm)} GFLOP/s sgemm (1024³, the faster of numpy and PyTorch)` : ''
    }.`,
    ...Object.entries(missing).map(([name, reason]) => `Not measured: ${name} (${reason}).`),
    '### Asked and found',
    ...(runs.length > 1 ? [`${runs.length} runs one after another, a / between what each found.`] : []),
    markdown(requirements(runs)),
    '### One thread',
    `Microseconds a step${runs.length > 1 ? ', the median of all runs' : ''}; in brackets the speed of Downslope as a multiple of the rival’s.`,
    markdown(
      figures(
        rows.map((row) => withThreads(row, 1)),
        limits,
      ),
    ),
    '### All threads',
    markdown(figures(ownAndAll, limits, 'all')),
    '### Workloads',
    rows.map(about).join('\n'),
  ].join('\n\n');
}

function about({ workload, absent }: Row): string {
  const gaps = Object.entries(absent).map(([name, reason]) => `${name}: ${reason}`);
  return `- \`${workload.name}\`: ${workload.about}.${gaps.length > 0 ? ` Without ${gaps.join('; ')}.` : ''}`;
}
