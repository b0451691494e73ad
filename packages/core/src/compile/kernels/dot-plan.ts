import { type DotShape, rowsOf } from '../dot-shape.js';
import { costWide, phasesOfWide, plansWide, turnsWide } from './dot-plan-wide.js';
import { type Lanes, lanesOf, type VectorBytes } from './lanes.js';
import { equal, spans } from './loops.js';

/** A matrix in memory: element (i, j) is at `i·row + j·col`, in elements. */
export interface Layout {
  readonly row: number;
  readonly col: number;
}

/** `c = a·b` as strides: a is m×k, b is k×n, c is m×n. */
export interface Product {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly a: Layout;
  readonly b: Layout;
  readonly c: Layout;
  /** Whether a is the caller's b, and b the caller's a. */
  readonly swapped: boolean;
}

/**
 * How a product is computed. The first two forms keep a tile of c in registers while k runs.
 *
 * - `outer`: for each k, a column of a times a row of b. Vectors lie along the columns of c.
 * - `inner`: for each element of c, a row of a times a column of b. Vectors lie along k and are summed at the end.
 * - `thin`: c is a single row, wider than a tile. Some rows of b at a time are added to it.
 */
export interface Plan {
  readonly form: 'outer' | 'inner' | 'thin';
  readonly product: Product;
  readonly lanes: Lanes;
  /** The tile of c, in elements. */
  readonly rows: number;
  readonly columns: number;
  /** How far k runs before the sums are added to c. */
  readonly depth: number;
  /** Rows of a that all panels of b pass by before the next: a block of a that stays in the cache. */
  readonly height: number;
  /** Columns of b that each block of a passes by before the next. */
  readonly width: number;
  /** Whether a block is first copied: as panels of a tile's rows or columns each, which lie densely in the tile's order. */
  readonly packsA: boolean;
  readonly packsB: boolean;
}

/**
 * Vectors that may be alive at once: sixteen registers less two to work with. V8 moves all loads of a loop's body to
 * its start, so the operands of a whole turn count, and a body written out several times would spill.
 */
const REGISTERS = 14;
/** Short sums bound the rounding error: it grows with `DEPTH + k / DEPTH`, not with k. */
const DEPTH = 512;
/** Rows of b that are added to a single row at a time. Their sum comes first, so that k / 8 sums are added up. */
const THIN = 8;
/** Rows of a that are read side by side for a single column: of more, memory would hand out fewer ahead. */
const STREAMS = 4;
/** Bytes of a block of a, which comes out of the second cache again for each panel of b, and of b, out of the third. */
const BLOCK = { a: 2 ** 18, b: 2 ** 20 };
/** Tiles that must share a panel before a copy of it pays. */
const SHARED = { a: 4, b: 6 };

/** Pages whose addresses a processor has at hand, and bytes that are more than the second cache's. */
const PAGES = 64;
const PAGE = 4096;
const LARGE = 2 ** 19;
/** The first cache: lines of so many bytes in so many sets. A line's address says its set, which holds eight. */
const LINE = 64;
const SETS = 64;
/** Lines of a set that b may fill. */
const WAYS = 4;

/** A network has the same few products over and over, and each is asked for by several passes. */
const PLANS = new Map<string, Plan>();
const MOST_PLANS = 512;

/** The cheapest plan by its cost, over both forms, both orientations and all tiles; that of the whole for a part of tiles. */
export function planDot(shape: DotShape, vector: VectorBytes = 16): Plan {
  const key = JSON.stringify([shape, vector]);
  const known = PLANS.get(key);
  if (known) return known;
  if (PLANS.size >= MOST_PLANS) PLANS.clear();
  const plan = shape.whole
    ? planOfPart(shape, planDot(shape.whole, vector))
    : cheapestPlan(shape, lanesOf(shape.dtype, vector));
  PLANS.set(key, plan);
  return plan;
}

/** Each element is summed up as in the whole, to the same bits. */
function planOfPart(shape: DotShape, whole: Plan): Plan {
  const own = productOf(shape);
  const product = whole.product.swapped ? swapped(own) : own;
  const { m, n } = product;
  const [height, width] = [Math.min(whole.height, m), Math.min(whole.width, n)];
  return { ...whole, product, height, width, columns: whole.form === 'thin' ? n : whole.columns };
}

function cheapestPlan(shape: DotShape, lanes: Lanes): Plan {
  const costOf = lanes.whole === 32 ? costWide : costNarrow;
  let best: Plan | undefined;
  let least = Infinity;
  for (const plan of candidates(shape, lanes.whole)) {
    if (plan.form === 'thin') return plan;
    const cost = costOf(plan);
    if (cost < least) [best, least] = [plan, cost];
  }
  return best!;
}

/** All plans for a product that are worth a thought. The thin one is the best where there is one. */
export function* candidates(shape: DotShape, vector: VectorBytes): Generator<Plan> {
  const lanes = lanesOf(shape.dtype, vector);
  const product = productOf(shape);
  for (const candidate of [product, swapped(product)]) {
    if (isThin(candidate, lanes)) yield thinPlan(candidate, lanes);
    yield* (vector === 32 ? plansWide : plansNarrow)(candidate, lanes);
  }
}

function productOf(shape: DotShape): Product {
  const { m, n, k, transA, transB } = shape;
  const rows = rowsOf(shape);
  return {
    m,
    n,
    k,
    a: transA ? { row: 1, col: rows.a } : { row: rows.a, col: 1 },
    b: transB ? { row: 1, col: rows.b } : { row: rows.b, col: 1 },
    c: { row: rows.c, col: 1 },
    swapped: false,
  };
}

/** `cᵀ = bᵀ·aᵀ`: the same numbers in the same places. A single row or column lies densely either way. */
function swapped({ m, n, k, a, b, c }: Product): Product {
  const transposed = ({ row, col }: Layout): Layout => ({ row: col, col: row });
  const thin = m === 1 || (n === 1 && c.row === 1);
  return {
    m: n,
    n: m,
    k,
    a: transposed(b),
    b: transposed(a),
    c: thin ? { row: m, col: 1 } : transposed(c),
    swapped: true,
  };
}

/** Wider than a tile, so that tiles would go through b several times. Long sums are better added up in registers. */
const isThin = ({ m, n, k, b, c }: Product, lanes: Lanes): boolean =>
  m === 1 && b.col === 1 && c.col === 1 && n > WIDEST[lanes.whole] * lanes.count && k <= THIN * DEPTH;

const thinPlan = (product: Product, lanes: Lanes): Plan => {
  const { n, k } = product;
  const whole = { columns: n, width: n, depth: k, height: 1, packsA: false, packsB: false };
  return { form: 'thin', product, lanes, rows: THIN, ...whole };
};

function* plansNarrow(product: Product, lanes: Lanes): Generator<Plan> {
  const { m, n, k, a, b } = product;
  const depth = equal(k, DEPTH, 1);
  const most = (bytes: number): number => Math.floor(bytes / (depth * lanes.bytes));
  const isApart = isFar(product, depth, lanes);
  const highest = n === 1 ? Math.min(m, STREAMS) : m;
  for (let rows = 1; rows <= highest && registers(rows, 1) <= REGISTERS; rows++) {
    const height = equal(m, most(BLOCK.a), rows);
    for (let wide = 1; registers(rows, wide) <= REGISTERS; wide++) {
      const columns = wide * lanes.count;
      const packsB = b.col !== 1 || (isApart && m >= SHARED.b * rows);
      const mayPackA = rows % lanes.count === 0 && n >= SHARED.a * columns;
      for (const packsA of mayPackA ? [false, true] : [false]) {
        // One block of a passes by a panel of b while that is in the first cache.
        const width = height < m || packsA ? equal(n, most(BLOCK.b), columns) : columns;
        if (columns - lanes.count < n)
          yield { form: 'outer', product, lanes, rows, columns, depth, height, width, packsA, packsB };
      }
      if ((wide % lanes.count === 0 || wide === n) && contiguous(a.col, k) && contiguous(b.row, k))
        yield {
          form: 'inner',
          product,
          lanes,
          rows,
          columns: wide,
          depth,
          height,
          width: n,
          packsA: false,
          packsB: false,
        };
    }
  }
}

/** Vectors of a row of c that fit the registers. */
const WIDEST = { 16: 6, 32: 13 };

/** Vectors alive in one step of a tile: a column of a, a row of b, and the sums of their products. */
const registers = (rows: number, wide: number): number => rows + wide + rows * wide;

/**
 * Sets of accumulators that take turns along k, summed at the end: an addition waits for the one before it into the
 * same accumulator, so a small tile alone would leave the adders idle.
 */
export function phasesOf(lanes: Lanes, rows: number, wide: number, steps: number): number {
  if (lanes.whole === 32) return phasesOfWide(rows, wide, steps);
  return Math.max(1, Math.min(4, steps, Math.floor(REGISTERS / registers(rows, wide))));
}

/** Steps along k that are written out, one behind the other. */
export const turnsOf = (lanes: Lanes, phases: number, steps: number): number =>
  lanes.whole === 32 ? turnsWide(phases, steps) : phases;

const contiguous = (stride: number, length: number): boolean => stride === 1 || length === 1;

/** Vector instructions of the whole product, about. */
function costNarrow(plan: Plan): number {
  const { product, rows, columns, packsA, packsB, lanes } = plan;
  const { m, n, k, a, b } = product;
  const packing = (along: number): number => (along === 1 ? 4 : 8) / lanes.count;
  let cost = packsB ? n * k * packing(b.col) : 0;
  if (packsA) cost += m * k * packing(a.row) * Math.ceil(n / plan.width);
  const apart = farApart(plan);
  const wides = spans(n, columns);
  for (const high of spans(m, rows))
    for (const wide of wides) cost += high.count * wide.count * tileCost(plan, high.size, wide.size, apart);
  return cost;
}

/**
 * What it costs a step that a factor lies far apart: a along k on as many pages as steps, or in rows that fill no cache
 * evenly, b in rows that push each other out of the first cache.
 */
function farApart({ form, packsA, packsB, product, depth, lanes }: Plan): number {
  const { m, k, a } = product;
  const costB = form === 'outer' && !packsB && isFar(product, depth, lanes) ? 3 : 0;
  if (packsA) return costB;
  if (a.col !== 1) return costB + (depth > PAGES ? 4 : 0);
  return costB + (m * k * lanes.bytes > LARGE ? 1.5 : 0);
}

/** Whether the rows of a panel of b push each other out of the first cache, as those a power of two apart do. */
function isFar({ b }: Product, depth: number, lanes: Lanes): boolean {
  const stride = b.row * lanes.bytes;
  const lines = stride / LINE;
  const sets = Number.isInteger(lines) ? SETS / Math.min(SETS, lines & -lines) : SETS;
  return depth > sets * WAYS || depth * stride > PAGES * PAGE;
}

/** @param apart of {@link farApart} */
function tileCost(plan: Plan, rows: number, columns: number, apart: number): number {
  const { form, product, lanes } = plan;
  const wide = form === 'outer' ? Math.ceil(columns / lanes.count) : columns;
  const steps = form === 'outer' ? product.k : Math.ceil(product.k / lanes.count);
  const step = rows + wide + 2 * rows * wide + 3 / phasesOf(lanes, rows, wide, steps) + apart;
  const fold = form === 'outer' ? 0 : 3 * (lanes.count - 1) * rows * Math.ceil(columns / lanes.count);
  const store = product.c.col === 1 ? rows * Math.ceil(columns / lanes.count) : 2 * rows * columns;
  return steps * step + fold + 2 * store + 6;
}
