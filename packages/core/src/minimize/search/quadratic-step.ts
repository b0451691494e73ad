import { dot, norm } from '../vectors.js';
import { eigen } from './eigen.js';

/** A step, and what the model promises of it. */
export interface QuadraticStep {
  readonly p: Float64Array;
  /** −(g·p + ½p·Bp), never negative */
  readonly promised: number;
  /** Whether the step ends on the rim of the region. */
  readonly onRim: boolean;
}

/** How close to the radius a step on the rim has to end. */
const RIM = 1e-3;

/**
 * The steps p that minimise the quadratic model g·p + ½p·Bp within ‖Dp‖ ≤ radius, exactly and for any symmetric B: from
 * the eigenvalues λᵢ of D⁻¹BD⁻¹ and the parts γᵢ of D⁻¹g along its eigenvectors,
 *
 * −γᵢ/(λᵢ + μ), with the μ ≥ max(0, −λmin) that makes it as long as the radius, or 0 where it is shorter.
 *
 * Where g has no part along the lowest eigenvector of an indefinite B (the "hard case", as on a saddle), the rest of the
 * way goes along it.
 *
 * @returns the step for a radius: B is taken apart once
 *
 * Source: J. Moré and D. Sorensen, "Computing a trust region step", 1983.
 */
export function quadraticSteps(
  g: Float64Array,
  columns: readonly Float64Array[],
  d: Float64Array,
): (radius: number) => QuadraticStep {
  const { values, vectors } = eigen(columns.map((column, j) => column.map((b, i) => b / d[i]! / d[j]!)));
  const gScaled = g.map((gi, i) => gi / d[i]!);
  const gamma = Float64Array.from(vectors, (v) => dot(v, gScaled));
  const lowest = values.indexOf(Math.min(...values));
  const least = values[lowest]!;
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const at = (mu: number): Float64Array =>
    gamma.map((c, i) => (c === 0 ? 0 : -c / Math.max(values[i]! + mu, Number.MIN_VALUE)));
  const step = (q: Float64Array, onRim: boolean): QuadraticStep => {
    const p = d.map((di, j) => vectors.reduce((sum, v, i) => sum + v[j]! * q[i]!, 0) / di);
    return {
      p,
      promised: -q.reduce((sum, qi, i) => sum + qi * (gamma[i]! + (values[i]! * qi) / 2), 0),
      onRim,
    };
  };
  return (radius) => {
    if (least > Number.EPSILON * largest) {
      const whole = at(0);
      if (norm(whole) <= radius) return step(whole, false);
    }
    let low = Math.max(0, -least);
    const flat = at(low + Number.EPSILON * largest);
    const left = radius ** 2 - dot(flat, flat);
    if (left >= 0) {
      flat[lowest]! += (flat[lowest]! < 0 ? -1 : 1) * Math.sqrt(left);
      return step(flat, true);
    }
    let high = low + norm(gamma) / radius;
    let mu = high;
    for (let i = 0; i < 100; i++) {
      const q = at(mu);
      const length = norm(q);
      if (Math.abs(length - radius) <= RIM * radius) return step(q, true);
      if (length > radius) low = mu;
      else high = mu;
      // Newton's method on 1/‖q(μ)‖ − 1/radius, which is nearly linear.
      const bend = q.reduce((sum, qi, i) => sum + (qi * qi) / (values[i]! + mu), 0);
      const next = mu + ((length - radius) / radius) * (length ** 2 / bend);
      mu = next > low && next < high ? next : (low + high) / 2;
    }
    return step(at(high), true);
  };
}
