import { NOTHING } from './contenders.js';
import type { Figure } from './measure.js';
import type { Means, Requirement, Workload } from './workload.js';

/** A contender's figure under the name of its column, as in 'JAX scan' or 'PyTorch, all threads'. */
export interface Entry extends Figure {
  readonly column: string;
  readonly threads: 1 | 'all';
  /** What it is made with, if it is ours. */
  readonly means?: Means;
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

/** What one run, or several as one, has found. */
export interface Found {
  readonly limits: Limits;
  readonly rows: readonly Row[];
}

/** All workloads once, one after another. */
export interface Run extends Found {
  /** Processes that wanted to run when it began. */
  readonly load: number;
}

/** Several runs as one: the rounds of all of them, and the better limits. */
export function pooled(runs: readonly Found[]): Found {
  const best = (limit: keyof Limits): number => Math.max(...runs.map(({ limits }) => limits[limit] ?? 0));
  const [first] = runs as readonly [Found];
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

export const fastest = (entries: readonly Entry[]): Entry | undefined =>
  [...entries].sort((a, b) => time(a) - time(b))[0];

/** Our own steps, by what they are made with; in the usual form: many of them a call where that can be. */
export const ours = (row: Row, threads: Entry['threads'] = 1, form = ''): readonly Entry[] =>
  row.entries.filter((entry) => entry.means && entry.threads === threads && entry.form === form);

/** The fastest rival on one thread; the process that does nothing is none. */
export const fastestRival = ({ entries }: Row): Entry | undefined =>
  fastest(
    entries.filter(
      ({ column, threads, means }) => threads === 1 && means === undefined && column !== NOTHING,
    ),
  );

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

/** Who is within this factor of a figure that counts might be the one that counts. */
const CLOSE = 1.5;

/** The entries that what is asked hangs on: those that count, those that they are held against, and who is close to either. */
export function contested(row: Row, limits: Limits): readonly Entry[] {
  const decisive = verdicts(row, limits)
    .flatMap(({ counted, rival }) => [counted?.entry, rival])
    .filter((entry) => entry !== undefined);
  const isClose = (a: Entry, b: Entry): boolean =>
    !a.means === !b.means && Math.max(time(a) / time(b), time(b) / time(a)) <= CLOSE;
  return withThreads(row, 1).entries.filter((entry) => decisive.some((other) => isClose(entry, other)));
}

/** What one of ours has come to. */
export interface Finding {
  readonly entry: Entry;
  /** Our speed as a multiple of the rival's. */
  readonly speed?: number;
  readonly share?: number;
}

export interface Verdict {
  readonly rival?: Entry;
  readonly found: readonly Finding[];
  /** The one of them that counts, if there is one. */
  readonly counted?: Finding;
  /** Missing when there is nothing to judge by. */
  readonly met?: boolean;
}

export const verdicts = (row: Row, limits: Limits): readonly Verdict[] =>
  row.workload.required.map((requirement) => judge(row, requirement, limits));

function judge(row: Row, requirement: Requirement, limits: Limits): Verdict {
  const { within, among, form, share } = requirement;
  const rival = requirement.rival === undefined ? fastestRival(row) : entryOf(row, requirement.rival);
  const found = ours(row, 1, form).map((entry): Finding => {
    if (within) return { entry };
    return {
      entry,
      ...(rival && { speed: time(rival) / time(entry) }),
      ...(share && { share: shareOfLimit(row, entry, limits) }),
    };
  });
  const allowed = found.filter(({ entry }) => !among || among.includes(entry.means!));
  const best = fastest(allowed.map(({ entry }) => entry));
  const counted = found.find(({ entry }) => entry === best);
  if (!counted || (!within && !rival)) return { found };
  return { ...(!within && { rival }), found, counted, met: isMet(requirement, counted) };
}

function isMet({ within, speed: asked = 0, share: part = 0 }: Requirement, found: Finding): boolean {
  if (within) return time(found.entry) <= within;
  return found.speed! >= asked && (found.share ?? 1) >= part;
}
