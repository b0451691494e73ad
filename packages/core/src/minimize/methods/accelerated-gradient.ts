import { checkNone } from '../../data/names.js';
import { type Asking, ask, type Method, pointOf } from '../method.js';
import type { EvaluatedPoint, Evaluation } from '../objective.js';
import { gradTol } from '../stop.js';
import { along, dot, norm } from '../vectors.js';

/**
 * Nesterov's accelerated gradient method, with no rate to choose: the error falls as 1/T² on convex functions, where
 * gradient descent's falls as 1/T.
 *
 * x ← y − ∇f(y)/L; y ← x + ((t − 1)/t₊)(x − x₋) with t₊ = (1 + √(1 + 4t²))/2. L grows until
 * f(x) ≤ f(y) − ‖∇f(y)‖²/2L, and shrinks by a tenth a step. The momentum begins anew where it points uphill. With
 * a fixed rate it is the optimizer `nesterov({ lr })`.
 *
 * It stops by itself at ‖∇f‖ ≤ 1e-5.
 *
 * @example
 * ```ts
 * import { acceleratedGradient, minimize, type Tensor } from '@downslope/core';
 * const ravine = (x: Tensor) => x.square().mul([0.5, 50]).sum();
 * console.log(minimize(ravine, [2, 1], { method: acceleratedGradient() }).steps);
 * ```
 *
 * Source: A. Beck and M. Teboulle, "A fast iterative shrinkage-thresholding algorithm for linear inverse problems", 2009
 * (with backtracking); B. O'Donoghue and E. Candès, "Adaptive restart for accelerated gradient schemes", 2015.
 */
export function acceleratedGradient(...none: readonly never[]): Method {
  checkNone('acceleratedGradient', none);
  return {
    name: 'acceleratedGradient',
    stop: [gradTol(1e-5)],
    *descend(objective) {
      let x = objective.start;
      let y: EvaluatedPoint = { x, ...(yield* ask(x)) };
      let bound = Math.max(1, norm(y.gradient));
      let t = 1;
      yield pointOf(y);
      for (;;) {
        const next = yield* shorter(y, bound, objective.rounding);
        if (!next)
          return {
            status: 'lineSearchFailed',
            why: 'sufficient decrease, f(x) ≤ f(y) − ‖∇f(y)‖²/2L, for any L',
          };
        bound = 0.9 * next.bound;
        const move = along(next.x, -1, x);
        if (dot(y.gradient, move) > 0) t = 1;
        const tNext = (1 + Math.sqrt(1 + 4 * t * t)) / 2;
        const momentum = (t - 1) / tNext;
        t = tNext;
        x = next.x;
        yield pointOf(next);
        const ahead = along(x, momentum, move);
        y = momentum === 0 ? next : { x: ahead, ...(yield* ask(ahead)) };
      }
    },
  };
}

/** y − ∇f(y)/L for the first L = bound, 2·bound, … that decreases the value as it should. */
function* shorter(
  y: EvaluatedPoint,
  bound: number,
  rounding: number,
): Asking<({ readonly x: Float64Array; readonly bound: number } & Evaluation) | undefined> {
  const square = dot(y.gradient, y.gradient);
  const noise = 4 * rounding * Math.abs(y.value);
  for (let trial = bound; trial < 1e300; trial *= 2) {
    const x = along(y.x, -1 / trial, y.gradient);
    const now = yield* ask(x);
    if (now.value <= y.value - square / (2 * trial) + noise) return { x, bound: trial, ...now };
  }
  return undefined;
}
