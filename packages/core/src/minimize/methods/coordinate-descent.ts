import { checkNames } from '../../data/names.js';
import { check, number } from '../../tensor/checks.js';
import { clamp } from '../bounds.js';
import { ask, type Method, pointIn } from '../method.js';
import { type Reached, wolfeSearch } from '../search/strong-wolfe.js';
import { gradTol } from '../stop.js';
import { scaled, unit } from '../vectors.js';

export interface CoordinateDescentOptions {
  /** A fixed rate. Left out: each coordinate goes to its minimum along its axis, by line search. */
  readonly lr?: number;
}

/**
 * Coordinate descent: one coordinate a step, in turn, each with the slope at where the others have just gone.
 *
 * xᵢ ← xᵢ − lr·∂f/∂xᵢ for i = 1, …, n, 1, …; or xᵢ ← the minimum of f along axis i. Gradient descent, with the same rate,
 * moves all coordinates at once, with slopes at the same point: that is the direction of steepest descent, and this is not.
 * It goes zigzag where coordinates depend on each other, and is done in one round where they do not.
 *
 * It stops by itself at ‖∇f‖ ≤ 1e-5. It keeps to bounds.
 *
 * @throws when `lr` is not a positive number
 * @example
 * ```ts
 * import { coordinateDescent, maxSteps, minimize, sgd, type Tensor } from '@downslope/core';
 * const f = (x: Tensor) => x.square().sum().add(x.sum().square());
 * const inTurn = minimize(f, [1, 0], { method: coordinateDescent({ lr: 0.2 }), stop: maxSteps(2), path: true });
 * const atOnce = minimize(f, [1, 0], { method: sgd({ lr: 0.2 }), stop: maxSteps(1) });
 * console.log(inTurn.path?.map(({ x }) => [...x]), atOnce.last.x.data); // the second coordinate differs
 * ```
 *
 * Source: S. Wright, "Coordinate descent algorithms", Mathematical Programming 151, 2015.
 */
export function coordinateDescent(options: CoordinateDescentOptions = {}): Method {
  checkNames('coordinateDescent', options, ['lr']);
  const { lr } = options;
  if (lr !== undefined)
    check(
      'coordinateDescent: lr',
      lr,
      number('above 0', (x) => x > 0),
    );
  return {
    name: 'coordinateDescent',
    bounded: true,
    stop: [gradTol(1e-5)],
    *descend(objective) {
      const { box, start, rounding } = objective;
      const n = start.length;
      const firsts = new Float64Array(n).fill(1);
      let at: Reached = { x: start, t: 0, ...(yield* ask(start)) };
      yield pointIn(box, at);
      for (let still = 0, i = 0; still < n; i = (i + 1) % n) {
        const slope = at.gradient[i]!;
        const bound = (slope > 0 ? box?.lower[i] : box?.upper[i]) ?? -slope * Number.POSITIVE_INFINITY;
        const longest = slope === 0 ? 0 : (at.x[i]! - bound) / slope;
        still++;
        if (!(longest > 0)) continue;
        if (lr !== undefined) {
          const x = at.x.slice();
          x[i]! -= Math.min(lr, longest) * slope;
          at = { x, t: lr, ...(yield* ask(box ? clamp(x, box) : x)) };
        } else {
          const d = scaled(-slope, unit(n, i));
          const next = yield* wolfeSearch(at, d, firsts[i]!, { curvature: 0.1, longest, box, rounding });
          if (next.t === 0) continue;
          // Where the slope along the axis would have been 0, if it changes evenly.
          const share = 1 - next.gradient[i]! / slope;
          firsts[i] = share > 0.1 ? next.t / share : 2 * next.t;
          at = next;
        }
        still = 0;
        yield pointIn(box, at);
      }
      return { status: 'stepTol', why: 'no coordinate goes down any more' };
    },
  };
}
