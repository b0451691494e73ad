import { checkNames } from '../../data/names.js';
import { check, oneOf } from '../../tensor/checks.js';
import { ask, type Descent, type Method, pointOf } from '../method.js';
import type { Objective } from '../objective.js';
import { type Reached, wolfeSearch } from '../search/strong-wolfe.js';
import { gradTol, lossTol } from '../stop.js';
import { along, dot, norm, scaled } from '../vectors.js';

export interface ConjugateGradientOptions {
  /**
   * β, with y = g − g₋ and d the last direction:
   * - `'polakRibiere'` (default): max(0, g·y / g₋·g₋), which begins anew by itself where it goes wrong;
   * - `'fletcherReeves'`: g·g / g₋·g₋, the oldest; it can get stuck in small steps;
   * - `'hestenesStiefel'`: max(0, g·y / d·y);
   * - `'daiYuan'`: g·g / d·y, which goes down after every step that meets the Wolfe conditions;
   * - `'hagerZhang'`: (y − 2d·(y·y)/(d·y))·g / d·y.
   */
  readonly beta?: keyof typeof BETA;
}

interface Turn {
  readonly g: Float64Array;
  readonly before: Float64Array;
  readonly y: Float64Array;
  readonly d: Float64Array;
}

const BETA = {
  polakRibiere: ({ g, before, y }: Turn) => Math.max(0, dot(g, y) / dot(before, before)),
  fletcherReeves: ({ g, before }: Turn) => dot(g, g) / dot(before, before),
  hestenesStiefel: ({ g, y, d }: Turn) => Math.max(0, dot(g, y) / dot(d, y)),
  daiYuan: ({ g, y, d }: Turn) => dot(g, g) / dot(d, y),
  hagerZhang: ({ g, y, d }: Turn) => (dot(y, g) - (2 * dot(d, g) * dot(y, y)) / dot(d, y)) / dot(d, y),
} as const;

/**
 * Nonlinear conjugate gradients: as little memory as gradient descent, and not many more than n steps for a quadratic of n variables.
 *
 * d = −g + βd, with β as `beta` says; x ← x + t·d by a strong Wolfe line search (c₁ = 1e-4, c₂ = 0.1), tried first where
 * the last step's decrease would be repeated. A direction that does not go down, or whose search fails, gives way to −g.
 *
 * It stops by itself at ‖∇f‖ ≤ 1e-5, or when a step changes the value by no more than 1e-14 relative.
 *
 * @throws when `beta` is none of these
 * @example
 * ```ts
 * import { conjugateGradient, minimize, type Tensor } from '@downslope/core';
 * const f = (x: Tensor) => x.square().mul([1, 10, 100]).sum();
 * console.log(minimize(f, [1, 1, 1], { method: conjugateGradient() }).steps); // about 15, where gradient descent takes hundreds
 * ```
 *
 * Source: E. Polak and G. Ribière, "Note sur la convergence de méthodes de directions conjuguées", 1969; J. Nocedal and
 * S. Wright, "Numerical Optimization", 2006, section 5.2; W. Hager and H. Zhang, "A survey of nonlinear conjugate gradient
 * methods", 2006.
 */
export function conjugateGradient(options: ConjugateGradientOptions = {}): Method {
  checkNames('conjugateGradient', options, ['beta']);
  const { beta: named = 'polakRibiere' } = options;
  check('conjugateGradient: beta', named, oneOf(...Object.keys(BETA)));
  return {
    name: 'conjugateGradient',
    stop: [gradTol(1e-5), lossTol({ relative: 1e-14 })],
    descend: (objective) => turning(objective, BETA[named]),
  };
}

function* turning(objective: Objective, betaOf: (turn: Turn) => number): Descent {
  let at: Reached = { x: objective.start, t: 0, ...(yield* ask(objective.start)) };
  let d = scaled(-1, at.gradient);
  let first = Math.min(1, 1 / norm(at.gradient));
  let isFresh = true;
  yield pointOf(at);
  for (;;) {
    const next = yield* wolfeSearch(at, d, first, { curvature: 0.1, rounding: objective.rounding });
    if (next.failure && next.t === 0) {
      if (isFresh) return next.failure;
      d = scaled(-1, at.gradient);
      first = Math.min(1, 1 / norm(at.gradient));
      isFresh = true;
      continue;
    }
    const y = along(next.gradient, -1, at.gradient);
    const beta = betaOf({ g: next.gradient, before: at.gradient, y, d });
    const slope = dot(at.gradient, d);
    d = along(scaled(-1, next.gradient), beta, d);
    isFresh = beta === 0 || !(dot(next.gradient, d) < 0);
    if (isFresh) d = scaled(-1, next.gradient);
    first = Math.min((next.t * slope) / dot(next.gradient, d), 100 * next.t);
    at = next;
    yield pointOf(at);
    if (norm(at.gradient) === 0) return { status: 'gradTol', why: 'it is 0' };
  }
}
