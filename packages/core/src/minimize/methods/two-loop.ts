import { along, dot, scaled } from '../vectors.js';

/** A step s and the change of the gradient y over it. */
export interface Pair {
  readonly s: Float64Array;
  readonly y: Float64Array;
  /** 1/(y·s) */
  readonly rho: number;
}

/** −H∇f, the oldest pair first in `pairs`; H begins with `scale` times the identity. */
export function direction(gradient: Float64Array, pairs: readonly Pair[], scale: number): Float64Array {
  let q = gradient;
  const alphas: number[] = [];
  for (const { s, y, rho } of pairs.toReversed()) {
    const alpha = rho * dot(s, q);
    alphas.unshift(alpha);
    q = along(q, -alpha, y);
  }
  let d = scaled(scale, q);
  pairs.forEach(({ s, y, rho }, i) => {
    d = along(d, alphas[i]! - rho * dot(y, d), s);
  });
  return scaled(-1, d);
}
