import { triangle } from '../arrange.js';
import { type DType, isFloat } from '../dtype.js';
import type { Spec } from '../record.js';
import type { Tensor } from '../tensor.js';
import { describe } from './define.js';

/** Rows and columns of a stack of float matrices. */
export function extents(x: Spec, fail: (why: string) => never): [rows: number, columns: number] {
  if (!isFloat(x.dtype) || x.shape.length < 2) fail(`takes matrices of floats, got ${describe(x)}`);
  return x.shape.slice(-2) as [number, number];
}

/** The extent of a stack of square float matrices. */
export function order(x: Spec, fail: (why: string) => never): number {
  const [rows, columns] = extents(x, fail);
  if (rows !== columns) fail(`takes square matrices, got ${describe(x)}`);
  return rows;
}

/** A spec with the batch axes of `x`. */
export const stack = (x: { shape: Spec['shape']; dtype: DType }, rows: number, columns: number): Spec => ({
  shape: [...x.shape.slice(0, -2), rows, columns],
  dtype: x.dtype,
});

/** The last two axes exchanged. */
export function turned(x: Tensor): Tensor {
  const axes = x.shape.map((_, axis) => axis);
  return x.transpose([...axes.slice(0, -2), x.rank - 1, x.rank - 2]);
}

/** ½(x + xᵀ) */
export const symmetric = (x: Tensor): Tensor => x.add(turned(x)).mul(0.5);

/** The rows `from`, …, `to` − 1 of each matrix. */
export function rows(x: Tensor, from: number, to: number): Tensor {
  const at = x.rank - 2;
  const only = (value: number, other: readonly number[]): number[] =>
    other.map((extent, axis) => (axis === at ? value : extent));
  return x.slice(
    only(
      from,
      x.shape.map(() => 0),
    ),
    only(to, x.shape),
  );
}

/** The elements at least `below` places under the diagonal (0: and on it). */
export const lower = (x: Tensor, below = 0): Tensor => x.tril(-below);

/** The elements on and above the diagonal. */
export const upper = (x: Tensor): Tensor => x.triu();

/** The elements of the diagonal. */
export const diagonal = (x: Tensor): Tensor => triangle(x, 'diagonal', (offset) => offset.eq(0));

/** op(T)⁻¹·b, of the triangle of T that `low` names. */
export const solveTriangle = (t: Tensor, b: Tensor, low: boolean, transpose = false): Tensor =>
  t.apply('triangularSolve', { lower: low, transpose }, [b]);
