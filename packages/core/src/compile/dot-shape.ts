import type { FloatType } from '../tensor/dtype.js';
import type { Node } from '../tensor/graph.js';
import { sizeOf } from '../tensor/shape.js';
import { once } from './once.js';
import type { SoloKernel } from './schedule.js';

/**
 * One batched matrix product with everything known when the program is written.
 *
 * `c[b] = op(a[b]) · op(b[b])` for `b < batch`, where `op(a)` is M×K, `op(b)` is K×N, c is M×N, all row-major and
 * dense; with `transA` the memory of `a` holds K×M, with `transB` that of `b` holds N×K. With `adds` the products are
 * added to what c holds.
 */
export interface DotShape {
  readonly dtype: FloatType;
  readonly batch: number;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly transA: boolean;
  readonly transB: boolean;
  readonly adds: boolean;
  /** Elements from one row in memory to the next, where a product is a part of a larger one. */
  readonly rows?: { readonly a: number; readonly b: number; readonly c: number };
  /** The product whose plan it has, where it is some of the rows or columns of its tiles. */
  readonly whole?: DotShape;
  /** The rows of the table from which an index picks those of a's memory, where it does: so far it is held. */
  readonly picks?: number;
}

/** Elements from one row in memory to the next. */
export const rowsOf = ({ m, n, k, transA, transB, rows }: DotShape): NonNullable<DotShape['rows']> =>
  rows ?? { a: transA ? m : k, b: transB ? k : n, c: n };

/** The product that a `dot` node stands for. */
export const dotShape = once((node: Node): DotShape => {
  const a = node.inputs[0]!.shape;
  const transA = node.params.transA === true;
  return {
    dtype: node.dtype as FloatType,
    batch: sizeOf(node.shape.slice(0, -2)),
    m: node.shape.at(-2)!,
    n: node.shape.at(-1)!,
    k: a.at(transA ? -2 : -1)!,
    transA,
    transB: node.params.transB === true,
    adds: node.inputs.length > 2,
  };
});

/** The product of a kernel, which may read rows where they are. */
export const kernelShape = once(({ node, operands }: SoloKernel): DotShape => {
  const picked = operands[0]!.picked;
  return picked ? { ...dotShape(node), picks: picked.rows } : dotShape(node);
});
