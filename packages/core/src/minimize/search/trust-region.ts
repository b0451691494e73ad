import { dot, norm, scaled } from '../vectors.js';

/** A = QR of a matrix given by its columns: R by columns (upper triangle), and the first rows of Qᵀb. */
export interface Factors {
  readonly r: readonly Float64Array[];
  readonly qtb: Float64Array;
}

/** By Householder reflections. The columns must be at least as long as they are many. */
export function factor(columns: readonly Float64Array[], b: Float64Array): Factors {
  const r = columns.map((column) => column.slice());
  const qtb = b.slice();
  r.forEach((column, k) => {
    const v = column.slice(k);
    const length = norm(v);
    if (length === 0) return;
    // v = x ± ‖x‖e₁, with the sign that adds
    v[0]! += v[0]! < 0 ? -length : length;
    const scale = 2 / dot(v, v);
    for (const x of [...r.slice(k), qtb]) {
      const tail = x.subarray(k);
      const share = scale * dot(v, tail);
      for (let i = 0; i < v.length; i++) tail[i]! -= share * v[i]!;
    }
  });
  return { r, qtb: qtb.slice(0, r.length) };
}

/** R⁻¹b */
function backward(r: readonly Float64Array[], b: Float64Array): Float64Array {
  const x = b.slice();
  for (let j = x.length - 1; j >= 0; j--) {
    x[j]! /= r[j]![j]!;
    for (let i = 0; i < j; i++) x[i]! -= r[j]![i]! * x[j]!;
  }
  return x;
}

/** R⁻ᵀb */
function forward(r: readonly Float64Array[], b: Float64Array): Float64Array {
  const x = b.slice();
  for (let j = 0; j < x.length; j++) {
    for (let i = 0; i < j; i++) x[j]! -= r[j]![i]! * x[i]!;
    x[j]! /= r[j]![j]!;
  }
  return x;
}

export const times = (d: Float64Array, x: Float64Array): Float64Array => x.map((xi, i) => d[i]! * xi);

/** √(Σ (Rp)²) of an upper triangle. */
export function lengthUnder(r: readonly Float64Array[], p: Float64Array): number {
  const out = new Float64Array(p.length);
  for (let j = 0; j < p.length; j++) for (let i = 0; i <= j; i++) out[i]! += r[j]![i]! * p[j]!;
  return norm(out);
}

/**
 * The step p that minimises ‖Jp + r‖ within ‖Dp‖ ≤ radius, to a tenth of the radius: p solves (JᵀJ + λD²)p = −Jᵀr for
 * the λ ≥ 0 that makes it as long, found by Newton's method on 1/‖Dp(λ)‖.
 *
 * @param factors of J and r
 *
 * Source: J. Moré, "The Levenberg–Marquardt algorithm: implementation and theory", 1978, section 5.
 */
export function boundedStep(
  { r, qtb }: Factors,
  d: Float64Array,
  radius: number,
  guess: number,
): { p: Float64Array; lambda: number } {
  const n = qtb.length;
  const damped = (lambda: number): Factors => {
    const root = Math.sqrt(lambda);
    const columns = r.map((column, j) => {
      const tall = new Float64Array(2 * n);
      tall.set(column.subarray(0, n));
      tall[n + j] = root * d[j]!;
      return tall;
    });
    const b = new Float64Array(2 * n);
    b.set(qtb);
    return factor(columns, b);
  };
  const stepOf = ({ r, qtb }: Factors): Float64Array => scaled(-1, backward(r, qtb));
  /** ‖R⁻ᵀ D²p‖² / ‖Dp‖², which is −φ′/‖Dp‖ for φ(λ) = ‖Dp(λ)‖ − radius */
  const decline = (r: readonly Float64Array[], dp: Float64Array, length: number): number =>
    (norm(forward(r, times(d, dp))) / length) ** 2;

  let lower = 0;
  if (isRegular(r)) {
    const p = stepOf({ r, qtb });
    const dp = times(d, p);
    const length = norm(dp);
    if (length <= 1.1 * radius) return { p, lambda: 0 };
    lower = (length - radius) / (radius * decline(r, dp, length));
  }
  // ‖D⁻¹Jᵀr‖ / radius
  let upper = norm(Float64Array.from(r, (column, j) => dot(column.subarray(0, n), qtb) / d[j]!)) / radius;
  if (!(upper > 0)) upper = Number.MIN_VALUE / Math.min(radius, 0.1);
  let lambda = Math.min(Math.max(guess, lower), upper);
  for (let i = 0; ; i++) {
    if (!(lambda > 0)) lambda = Math.max(Number.MIN_VALUE, 1e-3 * upper);
    const factors = damped(lambda);
    const p = stepOf(factors);
    const dp = times(d, p);
    const length = norm(dp);
    const over = length - radius;
    if (Math.abs(over) <= 0.1 * radius || i === 10) return { p, lambda };
    if (over > 0) lower = Math.max(lower, lambda);
    else upper = Math.min(upper, lambda);
    lambda = Math.max(lower, lambda + over / radius / decline(factors.r, dp, length));
  }
}

/** No column of the triangle depends on those before it, to working accuracy. */
function isRegular(r: readonly Float64Array[]): boolean {
  return r.every((column, j) => Math.abs(column[j]!) > Number.EPSILON * norm(column.slice(0, j + 1)));
}
