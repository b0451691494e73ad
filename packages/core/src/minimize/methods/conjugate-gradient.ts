import { type Method, pointOf } from '../method.js';
import { type Reached, wolfe } from '../search/wolfe.js';
import { gradTol, lossTol } from '../stop.js';
import { along, dot, norm, scaled } from '../vectors.js';

/**
 * Nonlinear conjugate gradients: as little memory as gradient descent, and not many more than n steps for a quadratic of n variables.
 *
 * d = −g + βd with β = max(0, g·(g − g₋)/‖g₋‖²) (Polak and Ribière, begun anew where negative); x ← x + t·d by a strong
 * Wolfe line search (c₁ = 1e-4, c₂ = 0.1), tried first where the last step's decrease would be repeated. A direction that
 * does not go down, or whose search fails, gives way to −g.
 *
 * It stops by itself at ‖∇f‖ ≤ 1e-5, or when a step changes the value by no more than 1e-14 relative.
 *
 * @example
 * ```ts
 * import { conjugateGradient, minimize, type Tensor } from '@downslope/core';
 * const f = (x: Tensor) => x.square().mul([1, 10, 100]).sum();
 * console.log(minimize(f, [1, 1, 1], { method: conjugateGradient() }).steps); // about 15, where gradient descent takes hundreds
 * ```
 *
 * Source: E. Polak and G. Ribière, "Note sur la convergence de méthodes de directions conjuguées", 1969; J. Nocedal and
 * S. Wright, "Numerical Optimization", 2006, section 5.2.
 */
export const conjugateGradient = (): Method => ({
  name: 'conjugateGradient',
  stop: [gradTol(1e-5), lossTol({ relative: 1e-14 })],
  *descend(objective) {
    const evaluate = (x: Float64Array) => objective.evaluate(x);
    let at: Reached = { x: objective.start, t: 0, ...evaluate(objective.start) };
    let d = scaled(-1, at.gradient);
    let first = Math.min(1, 1 / norm(at.gradient));
    let isFresh = true;
    yield pointOf(at);
    for (;;) {
      const next = wolfe(evaluate, at, d, first, { curvature: 0.1 });
      if (next.failure && next.t === 0) {
        if (isFresh) return next.failure;
        d = scaled(-1, at.gradient);
        first = Math.min(1, 1 / norm(at.gradient));
        isFresh = true;
        continue;
      }
      const change = dot(next.gradient, along(next.gradient, -1, at.gradient));
      const beta = Math.max(0, change / dot(at.gradient, at.gradient));
      const slope = dot(at.gradient, d);
      d = along(scaled(-1, next.gradient), beta, d);
      isFresh = beta === 0 || !(dot(next.gradient, d) < 0);
      if (isFresh) d = scaled(-1, next.gradient);
      first = Math.min((next.t * slope) / dot(next.gradient, d), 100 * next.t);
      at = next;
      yield pointOf(at);
      if (norm(at.gradient) === 0) return { status: 'gradTol', why: 'it is 0' };
    }
  },
});
