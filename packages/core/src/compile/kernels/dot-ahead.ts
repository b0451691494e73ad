import type { Func, Local } from '../func.js';
import { ADDRESS, rowOf } from './dot-listed.js';
import type { Plan } from './dot-plan.js';
import type { Factor } from './dot-tile.js';
import { advance, choose, copyOf, isLess, made, type Pointer, sum } from './loops.js';

// Tiles keep the processor busy without memory. So they ask for what is needed next, some lines each, which would be
// waited for otherwise: machine code can.

/** Bytes of a cache line. */
const LINE = 64;
/** Multiplications of one of a batch from which it pays. */
const WORTH = 2 ** 16;

/** Bytes of a matrix, times a vector, that is taken for a block of a larger one: it fills a good part of the nearest cache. */
const BLOCK = { least: 2 ** 12, most: 2 ** 15 };
/**
 * Lines behind it that are asked for once it has been read along its rows, as its sums are worked on then, and which part
 * of the next block is asked for while it is read across them: so much as memory hands out meanwhile. More are waited for.
 */
const BEHIND = { lines: 24, part: 1 / 4 };

/** Writes, for each tile, what asks for some lines of memory that will be needed next. */
export type Ahead = () => void;

/** Asks for so many lines, and moves on to the next. */
export function askFor(f: Func, pointer: Local, lines: number): void {
  for (let i = 0; i < lines; i++) f.get(pointer).memory('memory.prefetch', i * LINE);
  advance(f, [{ local: pointer, step: LINE }], lines);
}

/** What the next blocks along k are packed from, if it lies in one piece. Behind the last it is that block once more. */
export function nextAlongK(
  f: Func,
  plan: Plan,
  first: Readonly<Record<'a' | 'b', Local>>,
  { a, b }: Readonly<Record<'a' | 'b', Factor>>,
): Ahead[] {
  const { product, lanes, depth, packsA, packsB } = plan;
  const { m, n, k } = product;
  if (lanes.whole !== 32 || depth >= k) return [];
  const of = (first: Local, { pointer, deep, across }: Factor, total: number): Ahead[] => {
    if (across !== lanes.bytes || deep !== total * lanes.bytes) return [];
    const [next, last] = [sum(f, pointer, depth * deep), sum(f, first, (k - depth) * deep)];
    const from = choose(f, isLess(f, next, last), next, last);
    return [() => askFor(f, from, linesATile(plan, depth * deep))];
  };
  return [
    ...(packsA && !a.listed ? of(first.a, a, m) : []),
    ...(packsB && plan.width >= n ? of(first.b, b, n) : []),
  ];
}

/** The arrays of the next of a batch. Behind the last it is what lies there: no harm is done. */
export function nextOfBatch(f: Func, plan: Plan, arrays: readonly Pointer[]): Ahead[] {
  const { m, n, k } = plan.product;
  if (plan.lanes.whole !== 32 || plan.depth < k || m * n * k < WORTH) return [];
  return arrays.map(({ local, step }) => {
    const from = sum(f, local, step);
    return () => askFor(f, from, linesATile(plan, step));
  });
}

function linesATile({ product, rows, columns }: Plan, bytes: number): number {
  const tiles = Math.ceil(product.m / rows) * Math.ceil(product.n / columns);
  return Math.ceil(bytes / LINE / tiles);
}

/** Memory would rest while a block that has been read is worked on: asks for the beginning of the next. */
export function askBehind(f: Func, plan: Plan, { a, b }: Readonly<Record<'a' | 'b', Local>>): void {
  const bytes = plan.form === 'inner' ? blockBytes(plan) : 0;
  if (bytes === 0) return;
  const matrix = plan.product.m === 1 ? b : a;
  for (let i = 0; i < BEHIND.lines; i++) f.get(matrix).memory('memory.prefetch', bytes + i * LINE);
}

/** Lines behind b that a single row of sums asks for while it goes through b. */
export const linesBehind = (plan: Plan): number =>
  plan.form === 'outer' && plan.product.m === 1 && plan.columns >= plan.product.n
    ? Math.ceil((BEHIND.part * blockBytes(plan)) / LINE)
    : 0;

/** Bytes of a matrix, times a vector, that may be a block of rows of a larger one; else 0. */
function blockBytes({ form, product, lanes, packsA, packsB }: Plan): number {
  const { m, n, k, a, b } = product;
  if (lanes.whole !== 32 || Math.min(m, n) > 1 || packsA || packsB) return 0;
  const matrix = m === 1 ? b : a;
  const bytes = m * n * k * lanes.bytes;
  const isDense = Math.max(matrix.row, matrix.col) === (form === 'inner' ? k : m * n);
  return isDense && bytes >= BLOCK.least && bytes <= BLOCK.most ? bytes : 0;
}

/**
 * Of the rows that are listed from `first` on, those parts that the next block of a consists of: a row a tile, and all of
 * them again, further within, while there are tiles. Behind the last block it is one of those before.
 */
export function nextOfRows(
  f: Func,
  { rows, columns, product }: Plan,
  first: Local,
  { pointer, deep, across, listed }: Factor,
  { depth, high, wide }: { depth: number; high: number; wide: number },
): Ahead[] {
  if (!listed) return [];
  const byRow = listed.by === 'across';
  const [count, all, bytes] = byRow ? [high, product.m, depth * deep] : [depth, product.k, high * across];
  const origin = byRow ? first : made(f.i32(0));
  // The next block lies further across k, and behind the last of those, at their beginning, further along k.
  const [now, along] = byRow ? [pointer, listed.within] : [listed.within, pointer];
  const [next, deeper] = [sum(f, now, high * across), sum(f, along, depth * deep)];
  const stays = isLess(f, next, sum(f, origin, product.m * across));
  const place = [choose(f, stays, next, origin), choose(f, stays, along, deeper)] as const;
  const [there, within] = byRow ? place : [place[1], place[0]];
  const stop = sum(f, first, all * ADDRESS);
  const start = choose(f, isLess(f, there, stop), there, first);
  const reach = sum(f, start, count * ADDRESS);
  const end = choose(f, isLess(f, reach, stop), reach, stop);
  const list = copyOf(f, start);
  const tiles = Math.ceil(high / rows) * Math.ceil(wide / columns);
  const lines = Math.ceil((bytes / LINE + 1) / Math.max(1, Math.floor(tiles / count)));
  return [
    () => {
      askFor(f, rowOf(f, list, { ...listed, within }, 0), lines);
      advance(f, [{ local: list, step: ADDRESS }], 1);
      f.get(list).get(end).op('i32.ge_u');
      f.if(() => {
        f.get(start).set(list);
        advance(f, [{ local: within, step: LINE }], lines);
      });
    },
  ];
}
