import { checkNames } from '../../data/names.js';
import { misuse } from '../../tensor/errors.js';
import { ask, type Method, pointOf } from '../method.js';
import { backtrackingSearch } from '../search/backtracking.js';
import type { Reached } from '../search/strong-wolfe.js';
import { gradTol, lossTol } from '../stop.js';
import { along, dot, norm, scaled } from '../vectors.js';

export interface GradientDescentOptions {
  /**
   * How far each step tries to go first:
   * - `'backtracking'` (default): twice as far as the last one went;
   * - `'barzilaiBorwein'`: Δx·Δx / Δx·Δ∇f, the curvature seen over the last step. Often by far the fastest;
   * - `'exact'`: ‖∇f‖² / ∇f·H∇f, the minimum along the line where f is quadratic. One Hessian–vector product a step.
   */
  readonly length?: 'backtracking' | 'barzilaiBorwein' | 'exact';
}

/**
 * Gradient descent that finds its own step length: x ← x − t∇f(x), with t halved until the value falls by at least
 * c·t‖∇f‖² (Armijo). c = ½, which t = 1/L fulfils where L bounds the curvature; 1e-4 for the other two lengths. With a fixed rate instead, it is `sgd({ lr })`.
 *
 * It stops by itself at ‖∇f‖ ≤ 1e-5, or when a step changes the value by no more than 1e-14 relative.
 *
 * @throws when `length` is none of the three
 * @example
 * ```ts
 * import { gradientDescent, minimize, type Tensor } from '@downslope/core';
 * const ravine = (x: Tensor) => x.square().mul([0.5, 50]).sum();
 * const steps = (length: 'backtracking' | 'barzilaiBorwein') =>
 *   minimize(ravine, [2, 1], { method: gradientDescent({ length }) }).steps;
 * console.log(steps('backtracking'), steps('barzilaiBorwein'));
 * ```
 *
 * Source: J. Barzilai and J. Borwein, "Two-point step size gradient methods", 1988.
 */
export function gradientDescent(options: GradientDescentOptions = {}): Method {
  checkNames('gradientDescent', options, ['length']);
  const { length = 'backtracking' } = options;
  if (!['backtracking', 'barzilaiBorwein', 'exact'].includes(length))
    throw misuse(
      `gradientDescent: length must be 'backtracking', 'barzilaiBorwein' or 'exact', got ${JSON.stringify(length)}`,
    );
  return {
    name: 'gradientDescent',
    stop: [gradTol(1e-5), lossTol({ relative: 1e-14 })],
    *descend(objective) {
      // A length that comes from a model of f is let pass: most of the speed is in its long steps.
      const decrease = length === 'backtracking' ? 0.5 : 1e-4;
      let before: Reached | undefined;
      let at: Reached = { x: objective.start, t: 0, ...(yield* ask(objective.start)) };
      yield pointOf(at);
      for (;;) {
        const g = at.gradient;
        const fallback = before ? 2 * at.t : Math.min(1, 1 / norm(g));
        let first = fallback;
        if (length === 'exact') first = dot(g, g) / dot(g, objective.hessianTimes(at.x, g));
        else if (length === 'barzilaiBorwein' && before) first = seen(before, at);
        const next = yield* backtrackingSearch(
          at,
          scaled(-1, g),
          first > 0 && first < 1e10 ? first : fallback,
          {
            decrease,
            rounding: objective.rounding,
          },
        );
        if (next.failure) return next.failure;
        before = at;
        at = next;
        yield pointOf(at);
      }
    },
  };
}

/** Δx·Δx / Δx·Δ∇f */
function seen(before: Reached, at: Reached): number {
  const moved = along(at.x, -1, before.x);
  return dot(moved, moved) / dot(moved, along(at.gradient, -1, before.gradient));
}
