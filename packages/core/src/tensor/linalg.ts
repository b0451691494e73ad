import { misuse } from './errors.js';
import * as eighOp from './ops/linalg-eigh.js';
import { diagonal, solveTriangle } from './ops/linalg-parts.js';
import * as qrOp from './ops/linalg-qr.js';
import { broadcastShapes } from './shape.js';
import type { Operand, Tensor } from './tensor.js';

// Small dense matrices: the last two axes, batched over those before. All is worked out in float64, then rounded to the
// element type. Entries of float64 matrices should lie within about 1e±135: their squares are summed.

/**
 * The Cholesky factor: the lower triangular L with a positive diagonal and L·Lᵀ = A.
 *
 * @param a [..., n, n], symmetric positive definite; its symmetric part ½(A + Aᵀ) is taken
 * @returns [..., n, n], zeros above the diagonal; where A is not positive definite the lower triangle is NaN
 * @example
 * ```ts
 * import { compile, linalg, type Tensor } from '@downslope/core';
 * const factor = compile((a: Tensor) => linalg.cholesky(a));
 * console.log(factor([[4, 2], [2, 10]]).data); // 2 0 1 3
 * ```
 */
export const cholesky = (a: Tensor): Tensor => a.apply('cholesky');

export interface TriangularOptions {
  /** Which triangle of the matrix is read (default: the lower). */
  readonly lower?: boolean;
  /** Whether to solve with the transposed matrix (default: no). */
  readonly transpose?: boolean;
}

/**
 * The solution X of T·X = B, or Tᵀ·X = B, for a triangular T.
 *
 * @param t [..., n, n]; only one triangle is read
 * @param b [..., n, k], or a vector [n]; leading axes of both are broadcast
 * @param options `lower`, `transpose`
 * @returns of the shape of `b`, with all leading axes; infinite or NaN where T has a zero on its diagonal
 * @example
 * ```ts
 * import { compile, linalg, type Tensor } from '@downslope/core';
 * const solve = compile((t: Tensor, b: Tensor) => linalg.triangularSolve(t, b));
 * console.log(solve([[2, 0], [1, 3]], [2, 7]).data); // 1 2
 * ```
 */
export function triangularSolve(t: Tensor, b: Operand, options: TriangularOptions = {}): Tensor {
  const { lower = true, transpose = false } = options;
  return withColumns(t, b, (t, columns) => solveTriangle(t, columns, lower, transpose));
}

/**
 * A = Q·R, reduced: with k = min(m, n), Q is [..., m, k] with orthonormal columns, R is [..., k, n], upper triangular,
 * its diagonal not negative. So they are unique if A has full rank; and only then is there a derivative.
 *
 * @param a [..., m, n]
 * @example
 * ```ts
 * import { compile, linalg, type Tensor } from '@downslope/core';
 * const factors = compile((a: Tensor) => linalg.qr(a));
 * console.log(factors([[3, 1], [4, 2]]).r.data); // 5 2.2 0 0.4
 * ```
 */
export function qr(a: Tensor): { q: Tensor; r: Tensor } {
  const [m, n] = a.shape.slice(-2) as [number, number];
  if (a.rank < 2 || m >= n) return qrOp.unpack(a.apply('qr'));
  const split = a.shape.map((_, axis) => (axis === a.rank - 1 ? m : 0));
  const { q, r } = qr(a.slice([], [...a.shape.slice(0, -1), m]));
  return { q, r: r.concat([q.dot(a.slice(split), true)], -1) };
}

/**
 * Eigenvalues and eigenvectors of a symmetric matrix: A = V·Λ·Vᵀ.
 *
 * The largest element of each vector is positive (the first, of those equal to about 10⁻⁶). Derivatives of vectors exist
 * where eigenvalues are distinct, and are large where two are close. Within the space of equal eigenvalues vectors are
 * any orthonormal basis; they are then differentiated as if they did not turn within it.
 *
 * @param a [..., n, n]; its symmetric part ½(A + Aᵀ) is taken
 * @returns `values` [..., n], ascending; `vectors` [..., n, n], one a column. All NaN if A has a NaN or an infinity
 * @example
 * ```ts
 * import { compile, linalg, type Tensor } from '@downslope/core';
 * const spectrum = compile((a: Tensor) => linalg.eigh(a).values);
 * console.log(spectrum([[2, 1], [1, 2]]).data); // about 1 3
 * ```
 */
export function eigh(a: Tensor): { values: Tensor; vectors: Tensor } {
  const { values, vectors } = eighOp.unpack(a.apply('eigh'));
  return { values: values.reshape(a.shape.slice(0, -1)), vectors };
}

/**
 * The solution X of A·X = B for a symmetric positive definite A, by its Cholesky factor.
 *
 * @param a [..., n, n]
 * @param b [..., n, k], or a vector [n]; leading axes of both are broadcast
 * @returns of the shape of `b`, with all leading axes; NaN where A is not positive definite
 * @example
 * ```ts
 * import { compile, linalg, type Tensor } from '@downslope/core';
 * const solve = compile((a: Tensor, b: Tensor) => linalg.solveSpd(a, b));
 * console.log(solve([[4, 2], [2, 10]], [8, 22]).data); // about 1 2
 * ```
 */
export const solveSpd = (a: Tensor, b: Operand): Tensor =>
  withColumns(cholesky(a), b, (l, columns) => solveTriangle(l, solveTriangle(l, columns, true), true, true));

/**
 * A⁻¹ of a symmetric positive definite A: L⁻ᵀ·L⁻¹ with its Cholesky factor L. To apply it once, {@link solveSpd} is
 * cheaper and more accurate.
 *
 * @param a [..., n, n]
 * @returns [..., n, n], symmetric; NaN where A is not positive definite
 */
export function inverseSpd(a: Tensor): Tensor {
  const l = cholesky(a);
  const inverse = solveTriangle(l, diagonal(l.like(1).broadcastTo(l.shape)), true);
  return inverse.dot(inverse, true);
}

/**
 * ln det A of a symmetric positive definite A: 2·Σ ln lᵢᵢ with its Cholesky factor, where the determinant itself would
 * soon overflow.
 *
 * @param a [..., n, n]
 * @returns [...]; NaN where A is not positive definite
 * @example
 * ```ts
 * import { grad, linalg, type Tensor } from '@downslope/core';
 * const slope = grad((a: Tensor) => linalg.logDetSpd(a)); // A⁻¹
 * console.log(slope([[2, 0], [0, 4]]).data); // about 0.5 0 0 0.25
 * ```
 */
export const logDetSpd = (a: Tensor): Tensor => diagonal(cholesky(a)).sum(-1).log().sum(-1).mul(2);

/**
 * A to a real power, for a symmetric A without negative eigenvalues: V·Λᵖ·Vᵀ. With −½ it whitens; with −¼ it makes
 * Shampoo's preconditioner of a matrix of gradients.
 *
 * @param a [..., n, n]
 * @param power any real number
 * @param options `floor`: eigenvalues below it are raised to it (default 0). Rounding leaves a zero eigenvalue somewhere
 *   within ±10⁻¹⁵ of the largest (float32: 10⁻⁷); so take a floor well above that for negative powers of
 *   matrices that may be singular, or add a multiple of the identity before
 * @returns [..., n, n]. Its derivative is that of {@link eigh}: right where eigenvalues are distinct
 * @example
 * ```ts
 * import { compile, linalg, type Tensor } from '@downslope/core';
 * const whiten = compile((a: Tensor) => linalg.powerSpd(a, -0.5));
 * console.log(whiten([[4, 0], [0, 25]]).data); // about 0.5 0 0 0.2
 * ```
 *
 * V. Gupta, T. Koren, Y. Singer: "Shampoo: preconditioned stochastic tensor optimization", ICML 2018.
 */
export function powerSpd(a: Tensor, power: number, { floor = 0 }: { floor?: number } = {}): Tensor {
  if (!(floor >= 0)) throw misuse(`powerSpd: floor must be a number ≥ 0, got ${floor}`);
  const { values, vectors } = eigh(a);
  return vectors.mul(values.maximum(floor).pow(power).expandDims(-2)).dot(vectors, false, true);
}

/**
 * Least squares: the X that makes |A·X − B|² least, column by column, by QR: X = R⁻¹·Qᵀ·B. It keeps twice as many digits
 * as the normal equations do.
 *
 * @param a [..., m, n] with m ≥ n and full rank; infinite or NaN comes out where the rank is less
 * @param b [..., m, k], or a vector [m]; leading axes of both are broadcast
 * @returns [..., n, k], or [..., n] for a vector
 * @throws when A has fewer rows than columns: there is no single best X
 * @example
 * ```ts
 * import { compile, linalg, type Tensor } from '@downslope/core';
 * const line = compile((a: Tensor, b: Tensor) => linalg.lstsq(a, b));
 * console.log(line([[1, 0], [1, 1], [1, 2]], [1, 3, 5]).data); // about 1 2
 * ```
 */
export const lstsq = (a: Tensor, b: Operand): Tensor =>
  withColumns(a, b, (a, columns) => {
    const { q, r } = qrOp.unpack(a.apply('qr'));
    return solveTriangle(r, q.dot(columns, true), false);
  });

/** Takes a vector for a column, gives both stacks the same leading axes, and makes a column a vector again. */
function withColumns(a: Tensor, b: Operand, solve: (a: Tensor, columns: Tensor) => Tensor): Tensor {
  const right = a.like(b);
  if (right.rank === 1) {
    const x = withColumns(a, right.expandDims(-1), solve);
    return x.reshape(x.shape.slice(0, -1));
  }
  const batch = broadcastShapes(a.shape.slice(0, -2), right.shape.slice(0, -2));
  // Stacks that cannot be broadcast are left for the op itself to name.
  const spread = (x: Tensor): Tensor => (batch ? x.broadcastTo([...batch, ...x.shape.slice(-2)]) : x);
  return solve(spread(a), spread(right));
}
