import { type DotShape, rowsOf } from '../dot-shape.js';
import type { Func, FuncRef, Local } from '../func.js';
import type { WasmModule } from '../wasm.js';
import { nextOfBatch } from './dot-ahead.js';
import { packedSizes, writeProduct } from './dot-blocks.js';
import { listBytes, listRows } from './dot-listed.js';
import { planDot } from './dot-plan.js';
import { thinProduct } from './dot-thin.js';
import { lanesOf, type VectorBytes } from './lanes.js';
import { copyOf, spans, walk } from './loops.js';

/** How a product is written. */
export interface Options {
  /** Whether to multiply and add in one instruction, where the engine has it: see `canFuse`. */
  readonly fused?: boolean;
  /** Bytes of a vector. */
  readonly vector?: VectorBytes;
  readonly plan?: typeof planDot;
}

/** Bytes of scratch that the kernel of this shape needs. */
export function dotScratch(shape: DotShape, { vector = 16, plan = planDot }: Options = {}): number {
  if (isEmpty(shape)) return 0;
  const { a, b } = packedSizes(plan(shape, vector));
  return a + b + listBytes(shape);
}

const isEmpty = ({ m, n, k, batch }: DotShape): boolean => m === 0 || n === 0 || k === 0 || batch === 0;

/**
 * Writes a function `(a, b, c, scratch) → ()` of addresses: `c = op(a)·op(b)` for each of the batch. c is overwritten
 * (or added to) and overlaps neither a nor b; nothing is touched outside the arrays and {@link dotScratch} bytes of
 * scratch. A part of a larger product, with rows of its own, is not a batch. Where an index picks the rows of a, its
 * address is a fifth parameter, and a is the table.
 */
export function dotKernel(
  module: WasmModule,
  shape: DotShape,
  { fused = false, vector = 16, plan: planOf = planDot }: Options = {},
): FuncRef {
  const { m, n, k, batch, dtype, adds } = shape;
  const { bytes } = lanesOf(dtype);
  const params = Array.from({ length: shape.picks === undefined ? 4 : 5 }, () => 'i32' as const);
  return module.func(params, [], (f, a, b, c, scratch, index) => {
    if (isEmpty(shape)) {
      if (!adds) clearResult(f, shape, c!);
      return;
    }
    const plan = planOf(shape, vector);
    const pointers = [
      { local: a!, step: m * k * bytes },
      { local: b!, step: k * n * bytes },
      { local: c!, step: m * n * bytes },
    ];
    const inSteps = k > plan.depth || plan.form === 'thin';
    if (inSteps && !adds) clearResult(f, shape, c!);
    const packedA = f.local('i32');
    const packed = packedSizes(plan);
    f.get(scratch!).i32(packed.b).op('i32.add').set(packedA);
    const room = { packedA, packedB: scratch! };
    const factors = plan.product.swapped ? { a: b!, b: a! } : { a: a!, b: b! };
    if (index) {
      const list = f.local('i32');
      f.get(packedA).i32(packed.a).op('i32.add').set(list);
      listRows(f, shape, a!, index, list);
      factors.a = list;
    }
    walk(f, spans(batch, 1), pointers, () => {
      if (plan.form === 'thin') {
        thinProduct(f, plan, fused, { ...factors, c: c! });
        return;
      }
      const ahead = batch > 1 ? nextOfBatch(f, plan, pointers) : [];
      writeProduct(f, plan, { adds: adds || inSteps, fused }, { ...factors, c: c!, ...room, ahead });
    });
  });
}

function clearResult(f: Func, shape: DotShape, c: Local): void {
  const { batch, m, n, dtype } = shape;
  const { bytes } = lanesOf(dtype);
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
