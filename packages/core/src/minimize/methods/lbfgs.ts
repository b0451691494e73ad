import { misuse } from '../../tensor/errors.js';
import { type Method, pointOf } from '../method.js';
import { wolfe } from '../search/wolfe.js';
import { gradTol, lossTol } from '../stop.js';
import { along, dot, norm, scaled } from '../vectors.js';

export interface LbfgsOptions {
  /** Steps remembered (default 10). More costs 4n operations each and rarely helps. */
  readonly memory?: number;
}

/** A step s and the change of the gradient y over it. */
interface Pair {
  readonly s: Float64Array;
  readonly y: Float64Array;
  /** 1/(y·s) */
  readonly rho: number;
}

/**
 * L-BFGS: Newton's method with the inverse Hessian built from the last few steps. The usual choice for smooth functions
 * without noise, of few variables or millions.
 *
 * d = −H∇f by the two-loop recursion over pairs s = Δx, y = Δ∇f, begun with γ = s·y / y·y; x ← x + t·d with t by a strong
 * Wolfe line search (c₁ = 1e-4, c₂ = 0.9), tried first at 1, and at min(1, 1/‖∇f‖) for the first step. A pair whose
 * curvature s·y is not positive is left out. Where a search fails, it tries once more from the steepest descent.
 *
 * It stops by itself at ‖∇f‖ ≤ 1e-5, or when a step changes the value by no more than 1e-12 relative.
 *
 * @throws when `memory` is not a positive integer
 * @example
 * ```ts
 * import { lbfgs, minimize, type Tensor } from '@downslope/core';
 * const f = (x: Tensor) => x.sub([1, 2, 3]).pow(4).sum();
 * console.log(minimize(f, [0, 0, 0], { method: lbfgs({ memory: 5 }) }).best.value);
 * ```
 *
 * Source: J. Nocedal, "Updating quasi-Newton matrices with limited storage", 1980; D. Liu and J. Nocedal, "On the limited
 * memory BFGS method for large scale optimization", 1989.
 */
export function lbfgs({ memory = 10 }: LbfgsOptions = {}): Method {
  if (!Number.isInteger(memory) || memory < 1)
    throw misuse(`lbfgs: memory must be a positive integer, got ${memory}`);
  return {
    name: 'lbfgs',
    stop: [gradTol(1e-5), lossTol({ relative: 1e-12 })],
    *descend(objective) {
      const evaluate = (x: Float64Array) => objective.evaluate(x);
      let pairs: Pair[] = [];
      let at = { x: objective.start, ...evaluate(objective.start) };
      yield pointOf(at);
      for (;;) {
        const d = direction(at.gradient, pairs);
        const first = pairs.length > 0 ? 1 : Math.min(1, 1 / norm(at.gradient));
        const next = wolfe(evaluate, at, d, first);
        if (next.failure && next.t === 0) {
          if (pairs.length === 0) return next.failure;
          pairs = [];
          continue;
        }
        const s = along(next.x, -1, at.x);
        const y = along(next.gradient, -1, at.gradient);
        const ys = dot(y, s);
        if (ys > Number.EPSILON * dot(y, y)) pairs = [...pairs, { s, y, rho: 1 / ys }].slice(-memory);
        at = next;
        yield pointOf(at);
      }
    },
  };
}

/** −H∇f, the oldest pair first in `pairs`. */
function direction(gradient: Float64Array, pairs: readonly Pair[]): Float64Array {
  let q = gradient;
  const alphas: number[] = [];
  for (const { s, y, rho } of pairs.toReversed()) {
    const alpha = rho * dot(s, q);
    alphas.unshift(alpha);
    q = along(q, -alpha, y);
  }
  const newest = pairs.at(-1);
  let d = newest ? scaled(1 / (newest.rho * dot(newest.y, newest.y)), q) : q;
  pairs.forEach(({ s, y, rho }, i) => {
    d = along(d, alphas[i]! - rho * dot(y, d), s);
  });
  return scaled(-1, d);
}
