import type { Layout, Plan, Product } from './dot-plan.js';
import type { Lanes } from './lanes.js';
import { equal, even, parts, spans } from './loops.js';

// Plans for machine code with vectors of 32 bytes, sixteen registers for them, and multiplication and addition in one
// instruction. What they cost is in cycles of today's x86 processors, about, as measured.

const REGISTERS = 16;
/** Cycles until a sum can be added to again, and additions that begin in each. */
const LATENCY = 4;
const PER_CYCLE = 2;
/** Phases that take turns at most, and steps along k that are written out at least. */
const PHASES = 4;
const TURNS = 4;
const EVEN = [4, 5, 6, 3];
/** How far k runs at most before the sums are added to c. */
const DEPTH = 256;
/** The same where each step along k is a row that is listed, as the next block of rows is asked for: its share of the second cache. */
const LISTED = 128;
/**
 * Bytes of a block of a, which lies in the second cache, and of b, in the third. Where rows of a are listed the next block
 * is asked for, too: both share the room.
 */
const BLOCK = { a: 2 ** 17, b: 2 ** 21 };
/** The first cache: its bytes, in lines and sets of eight of which b may fill some. An address says the set. */
const FIRST = 2 ** 15;
const LINE = 64;
const SETS = 64;
const WAYS = 6;
/** Bytes within which addresses differ that do not push each other out of the second cache, and of a page. */
const PAGE = 4096;
/** Pages whose addresses a processor has at hand. */
const PAGES = 64;

/** Rows and vectors, or columns, of tiles that fill the registers; smaller products have them in equal parts. */
const TILES = {
  outer: [
    [6, 2],
    [4, 3],
    [2, 5],
    [1, 13],
    [14, 1],
  ],
  inner: [
    [3, 4],
    [2, 6],
    [1, 14],
    // All rows' vectors are in registers at once.
    [4, 1],
  ],
} as const;
/** Rows of a matrix, for a vector, whose sums are folded together; short ones are read side by side. */
const STREAMS = 4;

/** Registers for a tile's sums and operands: of a single row of sums, each vector of b is there for a moment only. */
const registers = (rows: number, wide: number, phases: number): number =>
  phases * rows * wide + (rows === 1 ? 1 : wide) + 1;

/** Sets of sums that take turns, so that none has to wait for the one before it. */
export function phasesOfWide(rows: number, wide: number, steps: number): number {
  const waits = (phases: number): boolean => phases * rows * wide < LATENCY * PER_CYCLE;
  const fits = (phases: number): boolean => registers(rows, wide, phases) <= REGISTERS;
  let phases = 1;
  while (phases < Math.min(PHASES, steps) && waits(phases) && fits(phases + 1)) phases++;
  return phases;
}

/** A loop's own instructions are shared by so many steps: better by a number that leaves none over. */
export const turnsOf = (phases: number, steps: number): number =>
  EVEN.find((turns) => turns % phases === 0 && steps % turns === 0) ?? phases * Math.ceil(TURNS / phases);

export function* plansWide(product: Product, lanes: Lanes): Generator<Plan> {
  const { m, n, k, a, b, listed } = product;
  const deepest = listed === 'deep' ? LISTED : DEPTH;
  for (const [high, wide] of TILES.outer) {
    const rows = parts(m, high);
    const columns = lanes.count * parts(Math.ceil(n / lanes.count), wide);
    // A panel of b that passes by several tiles stays in the first cache, with room for a and c.
    const longest = m > rows ? Math.floor((FIRST * 3) / 4 / (columns * lanes.bytes)) : DEPTH;
    const depth = equal(k, Math.min(deepest, longest), 1);
    const most = (bytes: number): number => Math.floor(bytes / (depth * lanes.bytes));
    const [height, width] = [
      listed === 'across' ? even(m, most(BLOCK.a / 2), rows) : equal(m, most(BLOCK.a), rows),
      equal(n, most(BLOCK.b), columns),
    ];
    const shared = { form: 'outer', product, lanes, depth, rows, height, columns, width } as const;
    for (const packsA of listed ? [listed === 'deep'] : [false, true])
      for (const packsB of b.col === 1 ? [false, true] : [true]) yield { ...shared, packsA, packsB };
  }
  if (listed || !dense(a.col, k) || !dense(b.row, k)) return;
  const streams = Math.min(m, n) === 1 ? STREAMS : Number.POSITIVE_INFINITY;
  for (const [high, wide] of TILES.inner) {
    const [rows, columns] = [parts(m, Math.min(high, streams)), parts(n, Math.min(wide, streams))];
    const whole = { height: m, width: n, packsA: false, packsB: false };
    yield { form: 'inner', product, lanes, depth: equal(k, DEPTH, 1), rows, columns, ...whole };
  }
}

const dense = (stride: number, length: number): boolean => stride === 1 || length === 1;

/** Cycles of the whole product, about. */
export function costWide(plan: Plan): number {
  const { product, rows, columns } = plan;
  const far = plan.form === 'outer' ? farA(plan) + farB(plan) : 0;
  let cost = packing(plan);
  for (const high of spans(product.m, rows))
    for (const wide of spans(product.n, columns))
      cost += high.count * wide.count * tileCost(plan, high.size, wide.size, far);
  return cost;
}

/** Cycles an element to copy neighbours, and to transpose. */
const COPY = { neighbours: 1 / 32, apart: 1 / 8 };

function packing({ product: { m, n, k, a, b }, packsA, packsB, width, lanes }: Plan): number {
  const copy = (across: number): number => (across === 1 ? COPY.neighbours : COPY.apart) * lanes.bytes;
  const ofB = packsB ? n * k * copy(b.col) + 20 * Math.ceil(n / lanes.count) : 0;
  // The columns of a's panels are no whole vectors.
  return ofB + (packsA ? Math.ceil(n / width) * m * (k * 3 * copy(a.row) + 4) : 0);
}

function tileCost({ form, product, lanes, depth }: Plan, rows: number, columns: number, far: number): number {
  const outer = form === 'outer';
  const vectors = Math.ceil(columns / lanes.count);
  const wide = outer ? vectors : columns;
  const steps = outer ? product.k : Math.ceil(product.k / lanes.count);
  const sums = rows * wide;
  const loads = rows + wide;
  const waits = LATENCY / phasesOfWide(rows, wide, steps);
  const step = Math.max(sums / PER_CYCLE, 0.6 * loads, waits) + far;
  const stores = rows * storesOfRow(product.c, lanes, columns);
  const fold = outer ? 0 : 3 * sums;
  return steps * step + Math.ceil(product.k / depth) * (fold + stores + sums / 2 + 4);
}

/** Cycles to add a row of a tile to c: by vectors, or element by element where c lies the other way, perhaps in one set. */
function storesOfRow({ col }: Layout, lanes: Lanes, columns: number): number {
  if (col === 1) return 2 * Math.ceil(columns / lanes.count);
  return ((col * lanes.bytes) % PAGE === 0 ? 12 : 2) * columns;
}

/** What it costs a step that a panel of b lies in rows that push each other out of the first cache. */
function farB({ packsB, product: { b }, depth, lanes }: Plan): number {
  if (packsB) return 0;
  const stride = b.row * lanes.bytes;
  const lines = stride / LINE;
  const sets = Number.isInteger(lines) ? SETS / Math.min(SETS, lines & -lines) : SETS;
  if (depth > sets * WAYS) return 0.4 + stride / 2048;
  return depth * stride > PAGES * PAGE ? 0.3 : 0;
}

/** What it costs a step that a column of a lies in lines of its own, or that all rows lie in the same sets. */
function farA({ packsA, product: { m, a }, depth, lanes }: Plan): number {
  if (packsA) return 0;
  const stride = Math.max(a.row, a.col) * lanes.bytes;
  if (a.col === 1) return stride % PAGE === 0 && m > SETS ? 1.5 : 0;
  if (depth * LINE <= FIRST / 4) return 0;
  return depth * stride > PAGES * PAGE ? 0.7 : 0.3;
}
