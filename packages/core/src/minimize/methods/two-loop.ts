import { addTo, dot, scaleTo } from '../vectors.js';

/** A step s and the change of the gradient y over it. */
export interface Pair {
  readonly s: Float64Array;
  readonly y: Float64Array;
  /** 1/(y·s) */
  readonly rho: number;
}

/** −H∇f, the oldest pair first in `pairs`; H begins with `scale` times the identity. */
export function direction(gradient: Float64Array, pairs: readonly Pair[], scale: number): Float64Array {
  const d = gradient.slice();
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
