import type { Func, Local } from '../func.js';
import { type Ahead, askBehind, linesBehind, nextAlongK, nextOfRows } from './dot-ahead.js';
import { innerTile } from './dot-inner.js';
import { acrossK, again, alongK, listedFactor } from './dot-listed.js';
import { outerTile } from './dot-outer.js';
import { type Pitch, packBlock, packedBytes, panelSteps, panelWidth, pitchA } from './dot-pack.js';
import type { Plan } from './dot-plan.js';
import type { Factor, Result, Tile } from './dot-tile.js';
import type { Lanes } from './lanes.js';
import { copyOf, spans, walk } from './loops.js';

/** Bytes of a packed block of each factor. */
export function packedSizes({ packsA, packsB, depth, height, width, lanes, product }: Plan): {
  a: number;
  b: number;
} {
  const bytes = (packs: boolean, total: number): number => (packs ? packedBytes(lanes, { depth, total }) : 0);
  return { a: bytes(packsA, Math.min(height, product.m)), b: bytes(packsB, Math.min(width, product.n)) };
}

/** What all tiles of a product have in common. */
type Options = Pick<Tile, 'adds' | 'fused'>;

/** Addresses of the arrays, and of room for packed blocks. */
interface Start {
  /** Or the list of its rows' addresses. */
  readonly a: Local;
  readonly b: Local;
  readonly c: Local;
  readonly packedA: Local;
  readonly packedB: Local;
  /** What else will be read next. */
  readonly ahead: readonly Ahead[];
}

/** Blocks of columns, and of k in them: a block of b passes by all rows of a. */
export function writeProduct(f: Func, plan: Plan, options: Options, start: Start): void {
  const { product, lanes, packsB } = plan;
  const { n, k } = product;
  const bWide = factor(f, lanes, start.b, product.b.row, product.b.col);
  const cWide = result(f, plan, start.c);
  walk(f, spans(n, plan.width), [acrossK(bWide), alongColumns(cWide)], (wide) => {
    const aDeep = product.listed
      ? listedFactor(f, plan, start.a)
      : factor(f, lanes, start.a, product.a.col, product.a.row);
    const bDeep = again(f, bWide);
    walk(f, spans(k, plan.depth), [alongK(aDeep), alongK(bDeep)], (depth) => {
      if (packsB)
        packBlock(
          f,
          lanes,
          { ...bDeep, depth, total: wide, size: plan.columns, pitch: panelWidth },
          start.packedB,
        );
      const ahead = [...start.ahead, ...nextAlongK(f, plan, start, { a: aDeep, b: bDeep })];
      const { inTurn = false } = plan;
      const tile = { ...options, lanes, depth, padded: packsB, inTurn, behind: linesBehind(plan) };
      writeBlock(f, plan, tile, wide, {
        ...start,
        first: start.a,
        a: aDeep,
        b: bDeep,
        c: cWide,
        ahead,
      });
    });
  });
  askBehind(f, plan, start);
}

interface Blocks extends Pick<Start, 'packedA' | 'packedB'> {
  /** The address of all of a, or of the list of its rows. */
  readonly first: Local;
  readonly a: Factor;
  readonly b: Factor;
  readonly c: Result;
  readonly ahead: readonly Ahead[];
}

/** Blocks of rows, panels of columns in them, tiles of rows in those: a block of a passes by all panels of b. */
function writeBlock(
  f: Func,
  plan: Plan,
  tile: Pick<Tile, 'lanes' | 'depth' | 'padded' | 'adds' | 'fused' | 'inTurn' | 'behind'>,
  wide: number,
  { first, a, b, c, packedA, packedB, ahead }: Blocks,
): void {
  const { lanes, depth } = tile;
  const writeTile = plan.form === 'outer' ? outerTile : innerTile;
  const aBlock = again(f, a);
  const cBlock = { ...c, pointer: copyOf(f, c.pointer) };
  walk(f, spans(plan.product.m, plan.height), [acrossK(aBlock), alongRows(cBlock)], (high) => {
    const behind = high === plan.height ? plan.product.m % high : 0;
    if (plan.packsA)
      packBlock(f, lanes, { ...aBlock, depth, total: high, size: plan.rows, pitch: pitchA, behind }, packedA);
    const asks = [...ahead, ...nextOfRows(f, plan, first, aBlock, { depth, high, wide })];
    const bPanel = plan.packsB ? packedPanels(f, lanes, depth, packedB, panelWidth) : panels(f, b);
    const cPanel = { ...cBlock, pointer: copyOf(f, cBlock.pointer) };
    walk(f, spans(wide, plan.columns), [bPanel, alongColumns(cPanel)], (columns) => {
      const aPanel = plan.packsA ? packedPanels(f, lanes, depth, packedA, pitchA) : panels(f, aBlock);
      const cTile = { ...cPanel, pointer: copyOf(f, cPanel.pointer) };
      walk(f, spans(high, plan.rows), [aPanel, alongRows(cTile)], (rows) => {
        for (const ask of asks) ask();
        writeTile(f, { ...tile, rows, columns, a: aPanel.of(rows), b: bPanel.of(columns), c: cTile });
      });
    });
  });
}

/** Panels of a factor: a pointer that moves on by `step` for each index across k. */
interface Panels {
  readonly local: Local;
  readonly step: number;
  /** The panel at the pointer, of so many indices. */
  of(size: number): Factor;
}

function panels(f: Func, factor: Factor): Panels {
  const own = again(f, factor);
  return { ...acrossK(own), of: () => own };
}

function packedPanels(f: Func, lanes: Lanes, depth: number, packed: Local, pitch: Pitch): Panels {
  const pointer = copyOf(f, packed);
  const across = lanes.bytes;
  const of = (size: number): Factor => ({ pointer, deep: pitch(lanes, size) * across, across });
  return { local: pointer, step: panelSteps(depth) * across, of };
}

const factor = (f: Func, { bytes }: Lanes, from: Local, deep: number, across: number): Factor => ({
  pointer: copyOf(f, from),
  deep: deep * bytes,
  across: across * bytes,
});

const result = (f: Func, { lanes, product }: Plan, from: Local): Result => ({
  pointer: copyOf(f, from),
  row: product.c.row * lanes.bytes,
  col: product.c.col * lanes.bytes,
});

const alongRows = ({ pointer, row }: Result) => ({ local: pointer, step: row });
const alongColumns = ({ pointer, col }: Result) => ({ local: pointer, step: col });
