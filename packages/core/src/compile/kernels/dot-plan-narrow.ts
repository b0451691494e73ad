import { fencesOf, nearOf } from './dot-fence.js';
import type { Plan, Product } from './dot-plan.js';
import type { Lanes } from './lanes.js';
import { even, parts, spans } from './loops.js';

// Plans for WebAssembly: vectors of 16 bytes, and the registers that V8 has for them on x86. What they cost is in
// instructions, about.

/** Registers for vectors that V8 gives to a function: one of the sixteen it keeps for itself. */
const REGISTERS = 15;
/** Additions that the processor has under way at once, about. */
const SUMS = 6;
/** Phases that take turns at most. */
const PHASES = 4;
/** Instructions that a processor begins in a cycle, and the cycles that an addition takes. */
const PER_CYCLE = 6;
const LATENCY = 3;
/** Instructions that a processor could begin while it loads a vector, those of a step's loop, and what part of a vector takes. */
const PER_LOAD = 4;
const LOOP = 3;
const PARTS = [0, 1, 1, 4];
/** Vectors that are loaded at the start of a stretch of code without delay, and what each of more takes. */
const STRETCH = 4;
const CROWD = 2;
/** Rows and vectors of tiles that fill the registers; smaller products have them in equal parts. */
const TILES = [
  [1, 10],
  [2, 5],
  [2, 4],
  [4, 2],
  [6, 1],
] as const;
/** Short sums bound the rounding error: it grows with `DEPTH + k / DEPTH`, not with k. */
const DEPTH = 512;
/** Rows for a single column, or columns for a row, whose sums are folded together; short ones are read side by side. */
const STREAMS = 4;
/** Bytes of a block of a, which comes out of the second cache again for each panel of b, and of b, out of the third. */
const BLOCK = { a: 2 ** 18, b: 2 ** 20 };
/** A step of vectors along both factors takes longer than its instructions: it reads from as many rows as it has vectors. */
const INNER = 1.1;
/** What a further kind of tile is to gain, as each is code to be written and compiled. */
const KIND = 0.05;
/** Tiles that must share a panel before a copy of it pays. */
const SHARED = { a: 4, b: 6 };

/** Pages whose addresses a processor has at hand, and bytes that are more than the second cache's. */
const PAGES = 64;
const PAGE = 4096;
const LARGE = 2 ** 19;
/** The first cache: its bytes, in lines of so many bytes in so many sets. A line's address says its set, which holds eight. */
const FIRST = 2 ** 15;
const LINE = 64;
const SETS = 64;
/** Lines of a set that b may fill. */
const WAYS = 4;

export function* plansNarrow(product: Product, lanes: Lanes): Generator<Plan> {
  const { m, n, k, a, b } = product;
  const shared = { product, lanes };
  for (const [high, wide] of TILES) {
    const rows = parts(m, n === 1 ? Math.min(high, STREAMS) : high);
    const columns = lanes.count * parts(Math.ceil(n / lanes.count), wide);
    // A panel of b that passes by several tiles stays in the first cache, with room for a and c.
    const longest = m > rows ? Math.floor((FIRST * 3) / 4 / (columns * lanes.bytes)) : DEPTH;
    const depth = even(k, Math.min(DEPTH, longest), 1);
    const most = (bytes: number): number => Math.floor(bytes / (depth * lanes.bytes));
    const shares = m >= SHARED.b * rows;
    const packsB = b.col !== 1 || (shares && (n % lanes.count > 0 || isFar(product, depth, lanes)));
    const height = n > columns ? even(m, most(BLOCK.a), rows) : m;
    for (const packsA of n >= SHARED.a * columns ? [false, true] : [false]) {
      // One block of a passes by a panel of b while that is in the first cache.
      const width = height < m || packsA ? even(n, most(BLOCK.b), columns) : columns;
      yield { ...shared, form: 'outer', rows, columns, depth, height, width, packsA, packsB };
    }
    if (!contiguous(a.col, k) || !contiguous(b.row, k)) continue;
    const whole = { depth: even(k, DEPTH, 1), height: m, width: n, packsA: false, packsB: false };
    yield {
      ...shared,
      form: 'inner',
      rows,
      columns: parts(n, m === 1 ? Math.min(wide, STREAMS) : wide),
      ...whole,
    };
  }
}

/** Registers for a tile's sums, the vectors that meet in a stretch of its code, and their product. */
const registers = (rows: number, wide: number, phases: number): number =>
  phases * rows * wide + rows + Math.min(wide, 2) + 1;

/** Sets of sums that take turns, so that none has to wait for the one before it. */
export function phasesOfNarrow(rows: number, wide: number, steps: number): number {
  const waits = (phases: number): boolean => phases * rows * wide < SUMS;
  const fits = (phases: number): boolean => registers(rows, wide, phases) <= REGISTERS;
  let phases = 1;
  while (phases < Math.min(PHASES, steps) && waits(phases) && fits(phases + 1)) phases++;
  return phases;
}

const contiguous = (stride: number, length: number): boolean => stride === 1 || length === 1;

/** Vector instructions of the whole product, about. */
export function costNarrow(plan: Plan): number {
  const { product, rows, columns, packsA, packsB, lanes } = plan;
  const { m, n, k, a, b } = product;
  const packing = (along: number): number => (along === 1 ? 4 : 8) / lanes.count;
  let cost = packsB ? n * k * packing(b.col) : 0;
  if (packsA) cost += m * k * packing(a.row) * Math.ceil(n / plan.width);
  const apart = farApart(plan);
  const highs = spans(m, rows);
  const wides = spans(n, columns);
  for (const high of highs)
    for (const wide of wides) cost += high.count * wide.count * tileCost(plan, high.size, wide.size, apart);
  const kinds = highs.length * wides.length;
  return cost * (1 + KIND * (kinds - 1));
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
  const { form, product, lanes, packsB } = plan;
  const outer = form === 'outer';
  const wide = outer ? Math.ceil(columns / lanes.count) : columns;
  const steps = outer ? product.k : Math.ceil(product.k / lanes.count);
  const waits = (LATENCY * PER_CYCLE) / phasesOfNarrow(rows, wide, steps);
  const loads = rows + wide;
  const crowd = CROWD * Math.max(0, rows + Math.min(wide, 2) - STRETCH);
  const moves = outer ? 2 / nearOf(rows) : 0;
  const own = loads + 2 * rows * wide + fencesOf(rows, wide) + LOOP + moves + crowd;
  const part = outer && !packsB ? PARTS[columns % lanes.count]! : 0;
  const step = Math.max(own, waits, PER_LOAD * loads) * (outer ? 1 : INNER) + part + apart;
  const fold = outer ? 0 : 3 * (lanes.count - 1) * rows * Math.ceil(columns / lanes.count);
  const store = product.c.col === 1 ? rows * Math.ceil(columns / lanes.count) : 2 * rows * columns;
  return steps * step + fold + 2 * store + 6;
}
