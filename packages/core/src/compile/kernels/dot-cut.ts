import { BYTES } from '../../tensor/dtype.js';
import { type DotShape, rowsOf } from '../dot-shape.js';
import type { Func } from '../func.js';
import { type Cutting, GRAIN, LINE, MOST_CHUNKS, powerOfTwo } from '../threads/cost.js';
import { planDot } from './dot-plan.js';
import { lanesOf, loadLanes, storeLanes } from './lanes.js';
import { spans } from './loops.js';

/** How a product is cut into parts: along the batch, the rows or columns of the result, or what is summed over. */
export interface DotCut {
  readonly axis: 'batch' | 'm' | 'n' | 'k';
  readonly chunks: number;
  readonly size: number;
  /** Whether parts are whole tiles of the product's plan, and have that plan. */
  readonly inTiles?: boolean;
}

/** Parts of products share no work, so they are larger than other chunks. */
const COARSE = 16;
/** The least of each axis that is worth a part. A part along k has a result of its own. */
const LEAST = { m: 32, n: 4 * LINE, k: 1024 };
/** Along k are cut sums so many times as long as the result is high or wide. */
const LONG = 16;

/**
 * A batch may be cut anywhere, and our own products at the edges of tiles: that is only for a team. Otherwise where a
 * product is cut decides how its sums are rounded: it is by shape alone.
 */
export function dotCut(shape: DotShape, cutting: Cutting): DotCut | undefined {
  const { teamed, grain, library } = cutting;
  const { batch, m, n, k } = shape;
  if (batch * m * n * k === 0) return undefined;
  const cost = dotCost(shape);
  if (batch > 1) return teamed && cost >= 2 * grain ? { axis: 'batch', chunks: batch, size: 1 } : undefined;
  const axis = k >= LONG * Math.max(m, n) ? 'k' : n >= m ? 'n' : 'm';
  const least = grain < GRAIN ? 2 : LEAST[axis];
  const most = Math.min(cost / (COARSE * grain), shape[axis] / least);
  if (!library && axis !== 'k') return teamed ? tilesCut(shape, axis, most, cutting) : undefined;
  const chunks = powerOfTwo(Math.min(most, MOST_CHUNKS));
  const whole = grain < GRAIN ? 1 : axis === 'n' ? LINE : 8;
  return cutBy(shape, axis, Math.ceil(shape[axis] / chunks / whole) * whole);
}

/** A part for each thread, as parts pack what they have in common each for itself. */
function tilesCut(
  shape: DotShape,
  axis: 'm' | 'n',
  most: number,
  { threads, vector }: Cutting,
): DotCut | undefined {
  const { form, product, rows, columns } = planDot(shape, vector);
  const tile = form === 'thin' ? LINE : (axis === 'm') === product.swapped ? columns : rows;
  const chunks = Math.max(1, Math.min(threads, Math.floor(most)));
  const cut = cutBy(shape, axis, Math.ceil(shape[axis] / chunks / tile) * tile);
  return cut && { ...cut, inTiles: true };
}

const cutBy = (shape: DotShape, axis: DotCut['axis'], size: number): DotCut | undefined =>
  size < shape[axis] ? { axis, chunks: Math.ceil(shape[axis] / size), size } : undefined;

/** Vector instructions, or the time that the operands take from memory in their terms. */
function dotCost({ dtype, batch, m, n, k }: DotShape): number {
  const bytes = batch * (m * k + k * n + m * n) * BYTES[dtype];
  return Math.max((batch * m * n * k) / lanesOf(dtype).count, bytes / 4);
}

/** The product of one chunk of `size`. */
export function partOf(shape: DotShape, { axis, inTiles = false }: DotCut, size: number): DotShape {
  if (axis === 'batch') return { ...shape, batch: 1 };
  const rows = rowsOf(shape);
  if (axis !== 'k') return { ...shape, [axis]: size, rows, ...(inTiles && { whole: shape }) };
  return { ...shape, k: size, rows: { ...rows, c: shape.n }, adds: false };
}

/** How many chunks there are of each size. */
export const sizesOf = (shape: DotShape, { axis, size }: DotCut): number[] =>
  spans(shape[axis], size).map((span) => span.size);

/** Bytes from one chunk's arrays to the next's. Chunks along k have their results one behind the other. */
export function stepsOf(
  shape: DotShape,
  { axis, size }: DotCut,
): { a: number; b: number; c: number; index: number } {
  const { m, n, k, transA, transB, dtype, picks } = shape;
  const rows = rowsOf(shape);
  // Rows that are picked are so by their own part of the index, from one and the same table.
  const byIndex = picks !== undefined && axis === (transA ? 'k' : 'm');
  const steps = {
    batch: { a: m * k, b: k * n, c: m * n },
    m: { a: transA ? size : size * rows.a, b: 0, c: size * rows.c },
    n: { a: 0, b: transB ? size * rows.b : size, c: size },
    k: { a: transA ? size * rows.a : size, b: transB ? size : size * rows.b, c: m * n },
  }[axis];
  const bytes = BYTES[dtype];
  return {
    a: byIndex ? 0 : steps.a * bytes,
    b: steps.b * bytes,
    c: steps.c * bytes,
    index: byIndex ? size * BYTES.int32 : 0,
  };
}

/** Adds up the results of chunks along k, in their order, to what c holds if so asked. */
export function addChunks(
  f: Func,
  { dtype, m, n, adds }: DotShape,
  chunks: number,
  from: number,
  to: number,
): void {
  const lanes = lanesOf(dtype);
  const pointer = f.local('i32');
  const sum = f.local('v128');
  const bytes = m * n * lanes.bytes;
  const add = (width: number): void => {
    const parts = Array.from({ length: chunks }, (_, chunk) => from + chunk * bytes);
    for (const [i, part] of (adds ? [to, ...parts] : parts).entries()) {
      if (i > 0) f.get(sum);
      loadLanes(f, lanes, width, pointer, part);
      if (i > 0) f.op(`${lanes.type}.add`);
      f.set(sum);
    }
    storeLanes(f, lanes, width, pointer, to, sum);
  };
  const whole = bytes - (bytes % 16);
  if (whole > 0) f.count(pointer, 0, whole, 16, () => add(lanes.count));
  if (whole < bytes) {
    f.i32(whole).set(pointer);
    add((bytes - whole) / lanes.bytes);
  }
}
