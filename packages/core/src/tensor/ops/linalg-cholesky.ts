import type { Linalg, Matrix } from '../record.js';
import { sameShape } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { describe } from './define.js';
import { lower, order, solveTriangle, symmetric, turned, upper } from './linalg-parts.js';

/** The lower triangle, its diagonal halved: of a symmetric matrix S, the L with S = L + Lᵀ. It is its own transpose. */
const half = (x: Tensor): Tensor => lower(x).add(lower(x, 1)).mul(0.5);

/**
 * The lower triangular L with a positive diagonal and L·Lᵀ = ½(A + Aᵀ).
 *
 * From dA = dL·Lᵀ + L·dLᵀ follows L⁻¹·dA·L⁻ᵀ = L⁻¹dL + (L⁻¹dL)ᵀ, a triangle plus its transpose. So dL = L·Φ(L⁻¹·dA·L⁻ᵀ)
 * where Φ is `half`, and Ā = L⁻ᵀ·Φ(Lᵀ·L̄)·L⁻¹, made symmetric as A is.
 *
 * I. Murray: "Differentiation of the Cholesky decomposition", 2016.
 */
export const cholesky: Linalg = {
  kind: 'linalg',
  doc: 'the lower triangle whose product with its transpose is the symmetric part of a positive definite matrix, else NaN',
  infer([a], _, fail) {
    order(a!, fail);
    return a!;
  },
  reference([a]) {
    const l: Matrix = a!.map((row) => row.map(() => 0));
    l.forEach((row, i) => {
      for (let j = 0; j <= i; j++) {
        const rest = (a![i]![j]! + a![j]![i]!) / 2 - product(row.slice(0, j), l[j]!);
        row[j] = j < i ? rest / l[j]![j]! : rest > 0 ? Math.sqrt(rest) : Number.NaN;
      }
    });
    const spoilt = l.some((row, i) => Number.isNaN(row[i]!));
    return l.map((row, i) => row.map((value, j) => (spoilt && j <= i ? Number.NaN : value)));
  },
  derivative: {
    differential: () => ({
      apply: (tangent, _, l) =>
        l.dot(half(solveTriangle(l, turned(solveTriangle(l, symmetric(tangent), true)), true))),
      transpose: (cotangent, _, l) => {
        const left = solveTriangle(l, half(l.dot(cotangent, true)), true, true);
        return symmetric(solveTriangle(l, turned(left), true, true));
      },
    }),
  },
};

/**
 * X with op(T)·X = B, where op transposes when `transpose` says so and only the triangle `lower` (or else upper) of T is
 * read.
 *
 * From op(dT)·X + op(T)·dX = dB: dX = op(T)⁻¹·(dB − op(dT)·X), so B̄ = op(T)⁻ᵀ·X̄ and T̄ = −B̄·Xᵀ, or −X·B̄ᵀ if
 * transposed, of which the triangle counts.
 *
 * M. Giles: "An extended collection of matrix derivative results for forward and reverse mode AD", 2008.
 */
export const triangularSolve: Linalg = {
  kind: 'linalg',
  doc: 'the solution of linear equations whose matrix is a triangle',
  infer([t, b], _, fail) {
    const n = order(t!, fail);
    const fits = t!.dtype === b!.dtype && b!.shape.at(-2) === n;
    if (!fits || !sameShape(t!.shape.slice(0, -2), b!.shape.slice(0, -2)))
      fail(`a matrix ${describe(t!)} and right sides ${describe(b!)} do not fit`);
    return b!;
  },
  reference([t, b], params) {
    const rows = b!.map((_, i) => i);
    const x: Matrix = [];
    for (const i of params.lower === params.transpose ? rows.reverse() : rows) {
      const row = t!.map((_, k) => (params.transpose ? t![k]![i]! : t![i]![k]!));
      x[i] = b![i]!.map((value, j) => {
        const known = x.reduce((sum, other, k) => sum + row[k]! * other[j]!, 0);
        return (value - known) / row[i]!;
      });
    }
    return x;
  },
  derivative: {
    differential: (input) => ({
      apply(tangent, [t], x, params) {
        const [low, transpose] = [params.lower === true, params.transpose === true];
        if (input === 1) return solveTriangle(t!, tangent, low, transpose);
        const change = low ? lower(tangent) : upper(tangent);
        return solveTriangle(t!, change.dot(x, transpose), low, transpose).neg();
      },
      transpose(cotangent, [t], x, params) {
        const [low, transpose] = [params.lower === true, params.transpose === true];
        const b = solveTriangle(t!, cotangent, low, !transpose);
        if (input === 1) return b;
        const bar = transpose ? x.dot(b, false, true) : b.dot(x, false, true);
        return (low ? lower(bar) : upper(bar)).neg();
      },
    }),
  },
};

/** Σ aᵢbᵢ over the length of `a`. */
const product = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, i) => sum + value * b[i]!, 0);
