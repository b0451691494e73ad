import type { EvaluatedPoint } from '../objective.js';
import { addTo, along, dot, scaled, scaleTo } from '../vectors.js';

/** A step s and the change of the gradient y over it. */
export interface Pair {
  readonly s: Float64Array;
  readonly y: Float64Array;
  /** 1/(y·s) */
  readonly rho: number;
}

/** The last `memory` pairs with that of a step; without it where its curvature y·s is not positive. */
export function withStep(
  pairs: readonly Pair[],
  from: EvaluatedPoint,
  to: EvaluatedPoint,
  memory: number,
): readonly Pair[] {
  const s = along(to.x, -1, from.x);
  const y = along(to.gradient, -1, from.gradient);
  const ys = dot(y, s);
  if (!(ys > Number.EPSILON * dot(y, y))) return pairs;
  const kept = pairs.slice(Math.max(0, pairs.length + 1 - memory));
  kept.push({ s, y, rho: 1 / ys });
  return kept;
}

/** −H∇f, the oldest pair first in `pairs`; H begins with `scale` times the identity. */
export function direction(gradient: Float64Array, pairs: readonly Pair[], scale: number): Float64Array {
  const d = scaled(1, gradient);
  const alphas = new Float64Array(pairs.length);
  for (let i = pairs.length - 1; i >= 0; i--) {
    const { s, y, rho } = pairs[i]!;
    alphas[i] = rho * dot(s, d);
    addTo(d, -alphas[i]!, y);
  }
  scaleTo(d, scale);
  for (let i = 0; i < pairs.length; i++) {
    const { s, y, rho } = pairs[i]!;
    addTo(d, alphas[i]! - rho * dot(y, d), s);
  }
  return scaleTo(d, -1);
}
