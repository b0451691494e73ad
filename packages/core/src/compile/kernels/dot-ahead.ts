import type { Func, Local } from '../wasm.js';
import type { Plan } from './dot-plan.js';
import type { Factor } from './dot-tile.js';
import { advance, type Pointer } from './loops.js';

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

/** Memory that will be needed next, some lines of which each tile asks for. */
export interface Ahead {
  readonly pointer: Local;
  readonly lines: number;
}

export function askFor(f: Func, ahead: readonly Ahead[]): void {
  for (const { pointer, lines } of ahead) {
    for (let i = 0; i < lines; i++) f.get(pointer).memory('memory.prefetch', i * LINE);
    advance(f, [{ local: pointer, step: LINE }], lines);
  }
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
    const [next, last] = [f.local('i32'), f.local('i32')];
    f.get(pointer)
      .i32(depth * deep)
      .op('i32.add')
      .set(next);
    f.get(first)
      .i32((k - depth) * deep)
      .op('i32.add')
      .set(last);
    f.get(next).get(last).get(next).get(last).op('i32.lt_u').op('select').set(next);
    return [{ pointer: next, lines: linesATile(plan, depth * deep) }];
  };
  return [...(packsA ? of(first.a, a, m) : []), ...(packsB && plan.width >= n ? of(first.b, b, n) : [])];
}

/** The arrays of the next of a batch. Behind the last it is what lies there: no harm is done. */
export function nextOfBatch(f: Func, plan: Plan, arrays: readonly Pointer[]): Ahead[] {
  const { m, n, k } = plan.product;
  if (plan.lanes.whole !== 32 || plan.depth < k || m * n * k < WORTH) return [];
  return arrays.map(({ local, step }) => {
    const pointer = f.local('i32');
    f.get(local).i32(step).op('i32.add').set(pointer);
    return { pointer, lines: linesATile(plan, step) };
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
