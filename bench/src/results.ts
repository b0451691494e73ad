import { NOTHING, OURS } from './contenders.js';
import type { Figure } from './measure.js';
import type { Requirement, Workload } from './workload.js';

/** A contender's figure under the name of its column, as in 'JAX scan' or 'PyTorch, all threads'. */
export interface Entry extends Figure {
  readonly column: string;
  readonly threads: 1 | 'all';
}

export interface Row {
  readonly workload: Workload;
  readonly entries: readonly Entry[];
  /** Contenders that did not take it on, and why. */
  readonly absent: Readonly<Record<string, string>>;
}

/** What the machine can do on one thread, measured in the same run. */
export interface Limits {
  /** Bytes read a second from 40 MB and from 800 MB. */
  readonly read40: number;
  readonly read800: number;
  /** Multiplications and additions a second in a large matrix product by BLAS; not there without numpy. */
  readonly sgemm?: number;
}

/** All workloads once, one after another. */
export interface Run {
  readonly limits: Limits;
  readonly rows: readonly Row[];
}

/** Several runs as one: the rounds of all of them, and the better limits. */
export function pooled(runs: readonly Run[]): Run {
  const best = (limit: keyof Limits): number => Math.max(...runs.map(({ limits }) => limits[limit] ?? 0));
  const [first] = runs as readonly [Run];
  const rows = first.rows.map((row, i) => {
    const others = runs.slice(1).map(({ rows }) => rows[i]!);
    const entries = row.entries.map((entry) => {
      const same = [entry, ...others.flatMap((other) => entryOf(other, entry.column) ?? [])];
      const cpu = Math.min(...same.map(({ cpu }) => cpu));
      return { ...entry, rounds: same.flatMap(({ rounds }) => rounds), cpu };
    });
    return { ...row, entries };
  });
  const sgemm = best('sgemm');
  return { rows, limits: { read40: best('read40'), read800: best('read800'), ...(sgemm > 0 && { sgemm }) } };
}

export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

/** How far apart the slowest and the fastest round are, as a share of the median. */
export const spread = ({ rounds }: Figure): number =>
  (Math.max(...rounds) - Math.min(...rounds)) / median(rounds);

export const time = (entry: Entry): number => median(entry.rounds);

/** The row with the entries of so many threads alone. */
export const withThreads = (row: Row, wanted: Entry['threads']): Row => ({
  ...row,
  entries: row.entries.filter(({ threads }) => threads === wanted),
});

const entryOf = ({ entries }: Row, column: string): Entry | undefined =>
  entries.find((entry) => entry.column === column);

/** The compiled step, many of them a call where that can be; or as told: in another form, with BLAS. */
export function ours(
  row: Row,
  { blas = false, form }: Pick<Requirement, 'blas' | 'form'> = {},
): Entry | undefined {
  const name = blas ? `${OURS}, BLAS` : OURS;
  return entryOf(row, form ? `${name} ${form}` : name);
}

/** The fastest rival on one thread. */
export function fastest({ entries }: Row): Entry | undefined {
  const rivals = entries.filter(({ column, threads }) => threads === 1 && !isReference(column));
  return rivals.sort((a, b) => time(a) - time(b))[0];
}

/** Columns that are no rivals: our own, and the process that does nothing. */
const isReference = (column: string): boolean => column.startsWith(OURS) || column === NOTHING;

/** The least time that a step can take, over the time that `entry` takes. */
export function shareOfLimit({ workload }: Row, entry: Entry, limits: Limits): number | undefined {
  const { bytes = 0, flops = 0 } = workload.cost;
  const bandwidth = bytes > 1e8 ? limits.read800 : limits.read40;
  const seconds = Math.max(bytes / bandwidth, flops / (limits.sgemm ?? Number.POSITIVE_INFINITY));
  return seconds === 0 ? undefined : (1e6 * seconds) / time(entry);
}

/** Losses below this are as good as 0, where a minimum is. */
const AS_GOOD_AS_ZERO = 1e-6;

/** Entries whose loss is not the first one's, which is ours: they compute something else. */
export function disagreeing({ workload, entries }: Row): readonly Entry[] {
  const reference = entries.find(({ loss }) => loss !== undefined)?.loss ?? 0;
  const agrees = (loss: number): boolean =>
    Math.abs(loss - reference) <= workload.tolerance * Math.max(Math.abs(reference), AS_GOOD_AS_ZERO);
  return entries.filter(({ loss }) => loss !== undefined && !agrees(loss));
}

export interface Verdict {
  readonly requirement: Requirement;
  /** The column that is meant, if there is one. */
  readonly own?: Entry;
  readonly rival?: Entry;
  /** Our speed as a multiple of the rival's. */
  readonly speed?: number;
  readonly share?: number;
  /** Missing when there is nothing to judge by. */
  readonly met?: boolean;
}

export const verdicts = (row: Row, limits: Limits): readonly Verdict[] =>
  row.workload.required.map((requirement) => judge(row, requirement, limits));

function judge(row: Row, requirement: Requirement, limits: Limits): Verdict {
  const own = ours(row, requirement);
  if (own === undefined) return { requirement };
  if (requirement.within) return { requirement, own, met: time(own) <= requirement.within };
  const rival = requirement.rival === undefined ? fastest(row) : entryOf(row, requirement.rival);
  if (rival === undefined) return { requirement, own };
  const speed = time(rival) / time(own);
  const share = requirement.share && shareOfLimit(row, own, limits);
  const met = speed >= (requirement.speed ?? 0) && (share ?? 1) >= (requirement.share ?? 0);
  return { requirement, own, rival, speed, ...(share && { share }), met };
}
