import { type DotShape, rowsOf } from '../dot-shape.js';
import { costNarrow, phasesOfNarrow, plansNarrow } from './dot-plan-narrow.js';
import { costWide, phasesOfWide, plansWide } from './dot-plan-wide.js';
import { type Lanes, lanesOf, type VectorBytes } from './lanes.js';

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
  /** Whether rows of a's memory are listed by their addresses, and along which axis. */
  readonly listed?: 'deep' | 'across';
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
  /**
   * Of the inner form: whether the sums of a tile come one after another, each with all registers; else side by side.
   * A part of a product does as the whole does, or its sums would have other bits.
   */
  readonly inTurn?: boolean;
}

/** Rows of b that are added to a single row at a time. Their sum comes first, so that k / 8 sums are added up. */
const THIN = 8;
/** Of longer sums, each is better added up in registers. */
const LONG = 4096;
/** Vectors of a row of c that fit the registers. */
const WIDEST = { 16: 6, 32: 13 };

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
  if (product.listed) {
    yield* plansWide(product, lanes);
    return;
  }
  for (const candidate of [product, swapped(product)]) {
    if (isThin(candidate, lanes)) yield thinPlan(candidate, lanes);
    const inTurn = isInTurn(candidate, lanes);
    for (const plan of (vector === 32 ? plansWide : plansNarrow)(candidate, lanes)) yield { ...plan, inTurn };
  }
}

function productOf(shape: DotShape): Product {
  const { m, n, k, transA, transB, picks } = shape;
  const rows = rowsOf(shape);
  return {
    m,
    n,
    k,
    a: transA ? { row: 1, col: rows.a } : { row: rows.a, col: 1 },
    b: transB ? { row: 1, col: rows.b } : { row: rows.b, col: 1 },
    c: { row: rows.c, col: 1 },
    swapped: false,
    ...(picks !== undefined && { listed: transA ? 'deep' : 'across' }),
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

/** Bytes of rows that memory is to hand out as a single stream. */
const STREAM = 256;

/** Whether it is a matrix times a vector, and its rows are read one after another. */
const isInTurn = ({ m, n, k }: Product, { bytes }: Lanes): boolean =>
  Math.min(m, n) === 1 && k * bytes >= STREAM;

/** Wider than a tile, so that tiles would go through b several times. */
const isThin = ({ m, n, k, b, c }: Product, lanes: Lanes): boolean =>
  m === 1 && b.col === 1 && c.col === 1 && n > WIDEST[lanes.whole] * lanes.count && k <= LONG;

const thinPlan = (product: Product, lanes: Lanes): Plan => {
  const { n, k } = product;
  const whole = { columns: n, width: n, depth: k, height: 1, packsA: false, packsB: false };
  return { form: 'thin', product, lanes, rows: THIN, ...whole };
};

/**
 * Sets of accumulators that take turns along k, summed at the end: an addition waits for the one before it into the
 * same accumulator, so a small tile alone would leave the adders idle.
 */
export const phasesOf = (lanes: Lanes, rows: number, wide: number, steps: number): number =>
  (lanes.whole === 32 ? phasesOfWide : phasesOfNarrow)(rows, wide, steps);
