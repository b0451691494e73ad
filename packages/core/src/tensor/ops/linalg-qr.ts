import type { Linalg, Matrix } from '../record.js';
import type { Tensor } from '../tensor.js';
import { extents, lower, rows, solveTriangle, stack, turned, upper } from './linalg-parts.js';

/** Q and R of the packed result. */
export function unpack(y: Tensor): { q: Tensor; r: Tensor } {
  const [all, n] = y.shape.slice(-2) as [number, number];
  return { q: rows(y, 0, all - n), r: rows(y, all - n, all) };
}

/** X·R⁻¹, or X·R⁻ᵀ */
const divided = (x: Tensor, r: Tensor, transpose = false): Tensor =>
  turned(solveTriangle(r, turned(x), false, !transpose));

/**
 * A = Q·R of a matrix with at least as many rows as columns: Q has orthonormal columns, R is upper triangular with a
 * diagonal that is not negative. Packed: the rows of Q, then those of R.
 *
 * Let W = dA·R⁻¹ and C = Qᵀ·W. Since QᵀdQ is antisymmetric and dR·R⁻¹ upper triangular, and both together are C, the
 * latter is T = upper(C) + strictlyLower(C)ᵀ. So dR = T·R and dQ = W − Q·T. Transposed: with M = R̄·Rᵀ − Qᵀ·Q̄ and N the
 * symmetric matrix that has M's upper triangle, Ā = (Q̄ + Q·N)·R⁻ᵀ. Where A has not full rank, R⁻¹ does not exist.
 *
 * S. Walter, L. Lehmann: "Algorithmic differentiation of linear algebra functions with application in optimum
 * experimental design", 2010.
 */
export const qr: Linalg = {
  kind: 'linalg',
  doc: 'orthonormal columns, and the upper triangle below them, whose product is a matrix of no more columns than rows',
  infer([a], _, fail) {
    const [m, n] = extents(a!, fail);
    if (m < n) fail(`takes matrices with at least as many rows as columns, got [${a!.shape}]`);
    return stack(a!, m + n, n);
  },
  reference([a]) {
    const n = a![0]!.length;
    const r = a!.map((row) => [...row]);
    const turns = r.map((_, i) => r.map((_, j) => Number(i === j)));
    for (let k = 0; k < n; k++) {
      for (let i = k + 1; i < r.length; i++) {
        const length = Math.hypot(r[k]![k]!, r[i]![k]!);
        const [c, s] = length === 0 ? [1, 0] : [r[k]![k]! / length, r[i]![k]! / length];
        for (const matrix of [r, turns]) turn(matrix, k, i, c, s);
      }
      if (r[k]![k]! < 0) for (const matrix of [r, turns]) matrix[k] = matrix[k]!.map((value) => -value);
    }
    const q = r.map((_, i) => turns.slice(0, n).map((column) => column[i]!));
    return [...q, ...r.slice(0, n).map((row, i) => row.map((value, j) => (j < i ? 0 : value)))];
  },
  derivative: {
    differential: () => ({
      apply(tangent, _, y) {
        const { q, r } = unpack(y);
        const w = divided(tangent, r);
        const c = q.dot(w, true);
        const t = upper(c).add(turned(lower(c, 1)));
        return w.sub(q.dot(t)).concat([t.dot(r)], -2);
      },
      transpose(cotangent, _, y) {
        const { q, r } = unpack(y);
        const bar = unpack(cotangent);
        const m = bar.r.dot(r, false, true).sub(q.dot(bar.q, true));
        const n = upper(m).add(lower(turned(m), 1));
        return divided(bar.q.add(q.dot(n)), r, true);
      },
    }),
  },
};

/** Givens' rotation of two rows of a matrix: (x, y) ← (c·x + s·y, c·y − s·x). */
function turn(matrix: Matrix, i: number, k: number, c: number, s: number): void {
  const [x, y] = [matrix[i]!, matrix[k]!];
  matrix[i] = x.map((value, j) => c * value + s * y[j]!);
  matrix[k] = y.map((value, j) => c * value - s * x[j]!);
}
