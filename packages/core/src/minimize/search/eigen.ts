import { unit } from '../vectors.js';

/** A symmetric matrix as VΛVᵀ. */
export interface Eigen {
  readonly values: Float64Array;
  /** The columns of V, each an eigenvector of length 1. */
  readonly vectors: readonly Float64Array[];
}

/** Sweeps that no matrix needs: convergence is quadratic, after six or so. */
const SWEEPS = 60;

/**
 * Eigenvalues and eigenvectors of a symmetric matrix, given by its columns, by Jacobi's rotations: each turns the plane of
 * two coordinates so that their common entry becomes 0. Small eigenvalues keep their digits beside large ones.
 *
 * Source: G. Golub and C. Van Loan, "Matrix Computations", 2013, section 8.5.
 */
export function eigen(columns: readonly Float64Array[]): Eigen {
  const n = columns.length;
  const a = columns.map((column, j) => column.map((x, i) => (x + columns[i]![j]!) / 2));
  const vectors = columns.map((_, j) => unit(n, j));
  for (let sweep = 0, isDiagonal = false; sweep < SWEEPS && !isDiagonal; sweep++) {
    isDiagonal = true;
    for (let p = 0; p < n; p++)
      for (let q = p + 1; q < n; q++) {
        const off = a[p]![q]!;
        const [app, aqq] = [a[p]![p]!, a[q]![q]!];
        if (Math.abs(off) <= Number.EPSILON * Math.sqrt(Math.abs(app * aqq)) * 0.5) continue;
        isDiagonal = false;
        const tau = (aqq - app) / (2 * off);
        const tan = 1 / (tau + (tau < 0 ? -1 : 1) * Math.sqrt(1 + tau * tau));
        const cos = 1 / Math.sqrt(1 + tan * tan);
        turn(a[p]!, a[q]!, cos, tan * cos);
        for (const row of a) [row[p], row[q]] = turned(row[p]!, row[q]!, cos, tan * cos);
        a[p]![q] = a[q]![p] = 0;
        turn(vectors[p]!, vectors[q]!, cos, tan * cos);
      }
  }
  return { values: Float64Array.from(a, (column, j) => column[j]!), vectors };
}

const turned = (x: number, y: number, cos: number, sin: number): [number, number] => [
  cos * x - sin * y,
  sin * x + cos * y,
];

function turn(x: Float64Array, y: Float64Array, cos: number, sin: number): void {
  for (let i = 0; i < x.length; i++) [x[i], y[i]] = turned(x[i]!, y[i]!, cos, sin);
}
