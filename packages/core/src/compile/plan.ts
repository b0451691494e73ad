import type { Node } from '../tensor/graph.js';
import { sameShape } from '../tensor/shape.js';
import { isDense } from '../tensor/view.js';
import { bytesOf } from './arena.js';
import { type Access, type Kernel, reads, type Schedule, written } from './schedule.js';

/** Something that needs bytes from one kernel up to another, both included. */
export interface Lifetime {
  readonly bytes: number;
  readonly first: number;
  readonly last: number;
}

/** What a program's scratch memory looks like: an offset for each lifetime, and how much there is in all. */
export interface Plan<Key> {
  readonly offsets: ReadonlyMap<Key, number>;
  readonly bytes: number;
}

/** The lifetimes of what a schedule's kernels write, but for nodes that have a place of their own. */
export function lifetimes(schedule: Schedule, placed: (node: Node) => boolean): Map<Node, Lifetime> {
  const { kernels, outputs } = schedule;
  const lives = new Map<Node, Lifetime>();
  kernels.forEach((kernel, i) => {
    for (const node of written(kernel))
      if (!placed(node)) lives.set(node, { bytes: bytesOf(node), first: i, last: i });
    for (const { base } of reads(kernel)) extend(lives, base, i);
  });
  for (const { base } of outputs) extend(lives, base, kernels.length);
  return lives;
}

function extend(lives: Map<Node, Lifetime>, node: Node, last: number): void {
  const life = lives.get(node);
  if (life) lives.set(node, { ...life, last: Math.max(life.last, last) });
}

/** Larger arrays begin at a cache line: a vector that lies in two of them takes a processor twice as long. */
const SMALL = 256;
const alignmentOf = (bytes: number): number => (bytes < SMALL ? 16 : 64);

/** The largest sum of bytes, each rounded up to where the next array may begin, that are alive at one time. */
export function mostAlive(lives: readonly Lifetime[]): number {
  const changes = new Map<number, number>();
  const change = (at: number, by: number): void => void changes.set(at, (changes.get(at) ?? 0) + by);
  for (const { bytes, first, last } of lives) {
    change(first, align(bytes, bytes));
    change(last + 1, -align(bytes, bytes));
  }
  let [now, most] = [0, 0];
  for (const [, by] of [...changes].sort(([a], [b]) => a - b)) {
    now += by;
    most = Math.max(most, now);
  }
  return most;
}

type Order = (a: Lifetime, b: Lifetime) => number;

/** What to place first. The largest nearly always leaves no gaps; where it does, another order may not. */
const ORDERS: readonly Order[] = [
  (a, b) => b.bytes - a.bytes || a.first - b.first,
  (a, b) => area(b) - area(a) || a.first - b.first,
  (a, b) => a.first - b.first || b.bytes - a.bytes,
  (a, b) => b.last - b.first - (a.last - a.first) || b.bytes - a.bytes,
  (a, b) => b.last - a.last || b.bytes - a.bytes,
];
const area = ({ bytes, first, last }: Lifetime): number => bytes * (last - first + 1);

/** A plan as good as this needs no other beside it: so much more than what is alive at a time. */
const GOOD = 1.1;

/** Gives each lifetime an offset such that no two which overlap in time overlap in place. */
export function plan<Key>(lives: ReadonlyMap<Key, Lifetime>): Plan<Key> {
  const enough = GOOD * mostAlive([...lives.values()]);
  let best = inOrder(lives, ORDERS[0]!);
  for (const order of ORDERS.slice(1)) {
    if (best.bytes <= enough) break;
    const other = inOrder(lives, order);
    if (other.bytes < best.bytes) best = other;
  }
  return best;
}

/** One lifetime after another, each at the lowest offset that is free throughout its life. */
function inOrder<Key>(lives: ReadonlyMap<Key, Lifetime>, order: Order): Plan<Key> {
  /** By ascending offset. */
  const settled: (Lifetime & { offset: number })[] = [];
  const offsets = new Map<Key, number>();
  for (const [key, life] of [...lives].sort(([, a], [, b]) => order(a, b))) {
    const { bytes, first, last } = life;
    let offset = 0;
    if (bytes > 0) {
      for (const rival of settled) {
        if (rival.first > last || first > rival.last) continue;
        if (offset + bytes <= rival.offset) break;
        offset = Math.max(offset, align(rival.offset + rival.bytes, bytes));
      }
      settled.splice(firstAbove(settled, offset), 0, { bytes, first, last, offset });
    }
    offsets.set(key, offset);
  }
  return { offsets, bytes: settled.reduce((most, { offset, bytes }) => Math.max(most, offset + bytes), 0) };
}

/** Where the first stands whose offset is larger, of some in ascending order. */
function firstAbove(settled: readonly { offset: number }[], offset: number): number {
  let [low, high] = [0, settled.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (settled[middle]!.offset > offset) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The first place from `at` on where an array of so many bytes may begin. */
const align = (at: number, bytes: number): number => {
  const whole = alignmentOf(bytes);
  return Math.ceil(at / whole) * whole;
};

/** For each array, the kernels that read it, in order. */
export function readersOf(kernels: readonly Kernel[]): Map<Node, readonly number[]> {
  const readers = new Map<Node, number[]>();
  kernels.forEach((kernel, at) => {
    for (const base of new Set(reads(kernel).map(({ base }) => base))) {
      const list = readers.get(base);
      if (list) list.push(at);
      else readers.set(base, [at]);
    }
  });
  return readers;
}

/**
 * True when kernel `i` may write `node` over `old`: nothing reads `old` later, and here only where it is written.
 *
 * @param readers the kernels that read `old`
 */
export function mayOverwrite(
  kernels: readonly Kernel[],
  i: number,
  node: Node,
  old: Node,
  readers: readonly number[],
): boolean {
  if (readers.some((at) => at > i)) return false;
  if (!readers.includes(i)) return true;
  const kernel = kernels[i]!;
  if (kernel.kind === 'dot')
    return reads(kernel).every((read) => read === kernel.operands[2] || read.base !== old);
  if (kernel.kind !== 'loop' || !kernel.stores.has(node)) return false;
  const loads = new Set(kernel.loads.values());
  // What is no load is the index of rows: it is read at other places than where the loop writes.
  const straight = (read: Access): boolean => {
    const { base, view, picked } = read;
    return base !== old || (loads.has(read) && !picked && isDense(view) && sameShape(view.shape, node.shape));
  };
  return reads(kernel).every(straight);
}
