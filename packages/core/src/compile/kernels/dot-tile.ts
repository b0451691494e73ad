import type { Func, Local } from '../func.js';
import { clear, halves, type Lanes, loadLanes, storeLanes } from './lanes.js';

/** Bytes of a cache line. */
const LINE = 64;

/** A factor in the program: steps in bytes along k, which is summed over, and across it. */
export interface Factor {
  readonly pointer: Local;
  readonly deep: number;
  readonly across: number;
  /** Where its rows are anywhere, `pointer` goes through a list of their addresses. */
  readonly listed?: Listed;
}

/** Rows of a factor by a list of addresses, with one for each step along k, or across it. */
export interface Listed {
  readonly by: 'deep' | 'across';
  /** How many bytes into all of them. */
  readonly within: Local;
}

/** The result in the program: element (i, j) is at `pointer + i·row + j·col`, in bytes. */
export interface Result {
  readonly pointer: Local;
  readonly row: number;
  readonly col: number;
}

/** A tile of c that is computed in registers: `c[rows × columns] = a[rows × depth] · b[depth × columns]`. */
export interface Tile {
  readonly lanes: Lanes;
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
  readonly a: Factor;
  readonly b: Factor;
  readonly c: Result;
  /** Whether the rows of b are filled up to whole vectors. */
  readonly padded: boolean;
  /** Whether the sums are added to what c holds. */
  readonly adds: boolean;
  /** Whether multiplication and addition are one instruction. */
  readonly fused: boolean;
  /** Whether rows of a matrix times a vector are read one after another: memory hands out more ahead of a single stream. */
  readonly inTurn: boolean;
  /** Lines behind b to be asked for in the meantime, which are read next. */
  readonly behind: number;
}

/** `phases` sets of `count` cleared accumulators. */
export function accumulators(f: Func, { vector }: Lanes, phases: number, count: number): Local[][] {
  const sets = Array.from({ length: phases }, () => Array.from({ length: count }, () => f.local(vector)));
  for (const set of sets) clear(f, set);
  return sets;
}

/** Adds `a·b` to `sum`. */
export function addProduct(
  f: Func,
  { lanes, fused }: Pick<Tile, 'lanes' | 'fused'>,
  sum: Local,
  a: Local,
  b: Local,
): void {
  if (fused) f.get(a).get(b).get(sum).op(`${lanes.type}.relaxed_madd`).set(sum);
  else f.get(sum).get(a).get(b).op(`${lanes.type}.mul`).op(`${lanes.type}.add`).set(sum);
}

/** The sum of the phases' accumulators, left in the first set. */
export function joinPhases(f: Func, lanes: Lanes, sets: readonly Local[][]): Local[] {
  for (let half = 1; half < sets.length; half *= 2) {
    for (let i = 0; i + half < sets.length; i += 2 * half) {
      sets[i]!.forEach((sum, j) => {
        f.get(sum)
          .get(sets[i + half]![j]!)
          .op(`${lanes.type}.add`)
          .set(sum);
      });
    }
  }
  return sets[0]!;
}

/** Asks for the lines of c that a tile will be written or added to, while it is computed. */
export function askForResult(f: Func, { lanes, rows, columns, c }: Tile): void {
  if (c.col !== lanes.bytes) return;
  const last = columns * lanes.bytes - 1;
  for (let i = 0; i < rows; i++)
    for (let at = 0; at < last + LINE; at += LINE)
      f.get(c.pointer).memory('memory.prefetch', i * c.row + Math.min(at, last));
}

/** Writes `count` lanes of `sums` to row `i` of c, from column `j` on. */
export function storeSums(
  { lanes, c, adds }: Pick<Tile, 'lanes' | 'c' | 'adds'>,
  f: Func,
  sums: Local,
  i: number,
  j: number,
  count: number,
): void {
  const offset = i * c.row + j * c.col;
  if (c.col === lanes.bytes) {
    if (adds) {
      loadLanes(f, lanes, count, c.pointer, offset);
      f.get(sums).op(`${lanes.type}.add`).set(sums);
    }
    storeLanes(f, lanes, count, c.pointer, offset, sums);
    return;
  }
  for (const half of halves(f, lanes, sums, count)) {
    const extract = half.lanes.bytes === 4 ? 'f32x4.extract_lane' : 'f64x2.extract_lane';
    for (let lane = 0; lane < half.count; lane++) {
      const at = offset + (half.from + lane) * c.col;
      f.get(c.pointer).get(half.vector).lane(extract, lane);
      if (adds) f.get(c.pointer).memory(`${lanes.scalar}.load`, at).op(`${lanes.scalar}.add`);
      f.memory(`${lanes.scalar}.store`, at);
    }
  }
}
