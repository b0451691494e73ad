import type { Linalg, Matrix } from '../record.js';
import type { Tensor } from '../tensor.js';
import { diagonal, order, rows, stack, symmetric, turned } from './linalg-parts.js';

/** Eigenvalues, as a single row, and the vectors of the packed result. */
export function unpack(y: Tensor): { values: Tensor; vectors: Tensor } {
  return { values: rows(y, 0, 1), vectors: rows(y, 1, y.shape.at(-2)!) };
}

/** Fᵢⱼ = 1/(λⱼ − λᵢ), and 0 where two are equal. */
function inverseGaps(values: Tensor): Tensor {
  const gaps = values.sub(turned(values));
  const equal = gaps.eq(0);
  return equal.where(0, equal.where(1, gaps).reciprocal());
}

/**
 * ½(A + Aᵀ) = V·Λ·Vᵀ, eigenvalues ascending, V orthogonal. Of each column of V the largest element is positive (the
 * first, of those within 10⁻⁶ of it). Packed: the values as a first row, then the rows of V.
 *
 * With P = Vᵀ·dA·V: dΛ = diag P and dV = V·(F∘P), where Fᵢⱼ = 1/(λⱼ − λᵢ) off the diagonal. Transposed:
 * Ā = V·(diag λ̄ + F∘(Vᵀ·V̄))·Vᵀ, made symmetric as A is. Vectors of equal eigenvalues are any basis of their space, and
 * have no derivative; F is 0 there. That is right for whatever does not depend on the basis and weighs its vectors alike.
 *
 * M. Giles: "An extended collection of matrix derivative results for forward and reverse mode AD", 2008.
 */
export const eigh: Linalg = {
  kind: 'linalg',
  doc: 'eigenvalues of the symmetric part of a matrix as a row, in ascending order, above their eigenvectors as columns',
  infer([a], _, fail) {
    const n = order(a!, fail);
    return stack(a!, n + 1, n);
  },
  reference([input]) {
    const a = input!.map((row, i) => row.map((value, j) => (value + input![j]![i]!) / 2));
    const vectors = a.map((_, i) => a.map((_, j) => Number(i === j)));
    if (!a.flat().every(Number.isFinite))
      return [...a.slice(0, 1), ...a].map((row) => row.map(() => Number.NaN));
    for (let sweep = 0; sweep < SWEEPS; sweep++)
      a.forEach((_, p) => {
        for (let q = p + 1; q < a.length; q++) if (a[p]![q] !== 0) annihilate(a, vectors, p, q);
      });
    const ascending = a.map((_, i) => i).sort((i, j) => a[i]![i]! - a[j]![j]!);
    const columns = ascending.map((i) => upright(vectors[i]!));
    return [ascending.map((i) => a[i]![i]!), ...a.map((_, i) => columns.map((column) => column[i]!))];
  },
  derivative: {
    differential: () => ({
      apply(tangent, _, y) {
        const { values, vectors } = unpack(y);
        const p = vectors.dot(symmetric(tangent).dot(vectors), true);
        const turn = vectors.dot(inverseGaps(values).mul(p));
        return diagonal(p).sum(-2, { keepDims: true }).concat([turn], -2);
      },
      transpose(cotangent, _, y) {
        const { values, vectors } = unpack(y);
        const bar = unpack(cotangent);
        const turn = inverseGaps(values).mul(vectors.dot(bar.vectors, true));
        const inner = diagonal(bar.values.broadcastTo(turn.shape)).add(turn);
        return symmetric(vectors.dot(inner).dot(vectors, false, true));
      },
    }),
  },
};

/** Each sweep squares what is left beside the diagonal, once that is small. */
const SWEEPS = 15;

/** Jacobi's rotation in the plane (p, q) that makes element (p, q) zero. */
function annihilate(a: Matrix, vectors: Matrix, p: number, q: number): void {
  const cot = (a[q]![q]! - a[p]![p]!) / (2 * a[p]![q]!);
  const tan = (cot < 0 ? -1 : 1) / (Math.abs(cot) + Math.hypot(cot, 1));
  const cos = 1 / Math.hypot(tan, 1);
  const turn = (matrix: Matrix): void => {
    const [x, y] = [matrix[p]!, matrix[q]!];
    matrix[p] = x.map((value, i) => cos * (value - tan * y[i]!));
    matrix[q] = y.map((value, i) => cos * (tan * x[i]! + value));
  };
  turn(a);
  a.forEach((row) => {
    const [x, y] = [row[p]!, row[q]!];
    row[p] = cos * (x - tan * y);
    row[q] = cos * (tan * x + y);
  });
  a[p]![q] = 0;
  a[q]![p] = 0;
  turn(vectors);
}

/** The vector or its negative, whichever has its largest element positive. */
function upright(vector: readonly number[]): readonly number[] {
  const top = Math.max(...vector.map(Math.abs));
  const largest = vector.find((value) => Math.abs(value) >= (1 - 1e-6) * top)!;
  return vector.map((value) => (largest < 0 ? -value : value));
}
