import { type DotShape, rowsOf } from '../dot-shape.js';
import type { Func, FuncRef, Local, WasmModule } from '../wasm.js';
import { innerTile } from './dot-inner.js';
import { outerTile } from './dot-outer.js';
import { packPanel, panelWidth } from './dot-pack.js';
import { type Plan, planDot } from './dot-plan.js';
import type { Operand, Tile } from './dot-tile.js';
import { LANES } from './lanes.js';
import { copyOf, spans, walk } from './loops.js';

/** Bytes of scratch that the kernel of this shape needs. */
export function dotScratch(shape: DotShape): number {
  if (isEmpty(shape)) return 0;
  const { packs, depth, columns, lanes } = planDot(shape);
  return packs ? depth * panelWidth(lanes, columns) * lanes.bytes : 0;
}

const isEmpty = ({ m, n, k, batch }: DotShape): boolean => m === 0 || n === 0 || k === 0 || batch === 0;

/**
 * Writes a function `(a, b, c, scratch) → ()` of addresses: `c = op(a)·op(b)` for each of the batch. c is overwritten
 * (or added to) and overlaps neither a nor b; nothing is touched outside the arrays and {@link dotScratch} bytes of
 * scratch. A part of a larger product, with rows of its own, is not a batch.
 *
 * @param fused multiply and add in one instruction, where the engine has it: see `canFuse`
 */
export function dotKernel(module: WasmModule, shape: DotShape, fused = false): FuncRef {
  const { m, n, k, batch, dtype, adds } = shape;
  const { bytes } = LANES[dtype];
  return module.func(['i32', 'i32', 'i32', 'i32'], [], (f, a, b, c, scratch) => {
    if (isEmpty(shape)) {
      if (!adds) clearResult(f, shape, c!);
      return;
    }
    const plan = planDot(shape);
    const pointers = [
      { local: a!, step: m * k * bytes },
      { local: b!, step: k * n * bytes },
      { local: c!, step: m * n * bytes },
    ];
    if (k > plan.depth && !adds) clearResult(f, shape, c!);
    walk(f, spans(batch, 1), pointers, () => {
      if (plan.product.swapped) writeProduct(f, plan, { adds, fused }, b!, a!, c!, scratch!);
      else writeProduct(f, plan, { adds, fused }, a!, b!, c!, scratch!);
    });
  });
}

/** Blocks of k, of rows in them, panels of columns in a block, tiles of rows in a panel. */
function writeProduct(
  f: Func,
  plan: Plan,
  options: Pick<Tile, 'adds' | 'fused'>,
  aStart: Local,
  bStart: Local,
  cStart: Local,
  scratch: Local,
): void {
  const { product, lanes } = plan;
  const { m, n, k } = product;
  const adds = options.adds || k > plan.depth;
  const writeTile = plan.form === 'outer' ? outerTile : innerTile;
  const operand = (from: Local, { row, col }: { row: number; col: number }): Operand => ({
    pointer: copyOf(f, from),
    row: row * lanes.bytes,
    col: col * lanes.bytes,
  });
  const aDeep = operand(aStart, product.a);
  const bBlock = operand(bStart, product.b);
  const height = n > plan.columns ? plan.height : m;
  walk(f, spans(k, plan.depth), [alongColumns(aDeep), alongRows(bBlock)], (depth) => {
    const aBlock = operand(aDeep.pointer, product.a);
    const cBlock = operand(cStart, product.c);
    walk(f, spans(m, height), [alongRows(aBlock), alongRows(cBlock)], (high) => {
      const bPanel = operand(bBlock.pointer, product.b);
      const cPanel = operand(cBlock.pointer, product.c);
      walk(f, spans(n, plan.columns), [alongColumns(bPanel), alongColumns(cPanel)], (columns) => {
        const b = plan.packs ? packPanel(f, lanes, depth, columns, bPanel, scratch) : bPanel;
        const a = operand(aBlock.pointer, product.a);
        const c = operand(cPanel.pointer, product.c);
        walk(f, spans(high, plan.rows), [alongRows(a), alongRows(c)], (rows) => {
          const tile = { lanes, rows, columns, depth, a, b, c, adds, padded: plan.packs };
          writeTile(f, { ...tile, fused: options.fused });
        });
      });
    });
  });
}

const alongRows = ({ pointer, row }: Operand) => ({ local: pointer, step: row });
const alongColumns = ({ pointer, col }: Operand) => ({ local: pointer, step: col });

function clearResult(f: Func, shape: DotShape, c: Local): void {
  const { batch, m, n, dtype } = shape;
  const { bytes } = LANES[dtype];
  const row = rowsOf(shape).c;
  if (row === n) {
    clearBytes(f, c, batch * m * n * bytes);
    return;
  }
  const at = copyOf(f, c);
  walk(f, spans(m, 1), [{ local: at, step: row * bytes }], () => clearBytes(f, at, n * bytes));
}

function clearBytes(f: Func, at: Local, length: number): void {
  f.get(at).i32(0).i32(length).fill();
}
