import { type Asking, answered, ask } from '../method.js';
import type { EvaluatedPoint, Evaluation } from '../objective.js';
import { along, dot } from '../vectors.js';
import type { Found, Reached } from './strong-wolfe.js';

export interface BacktrackingOptions {
  /** c: the decrease must be at least this share of what the slope promises (default 1e-4). */
  readonly decrease?: number;
  /** What a length that fails is multiplied by (default 0.5). */
  readonly shrink?: number;
}

/** Halvings from 1 to where nothing moves any more, and then some. */
const MOST = 100;

/**
 * The first of the lengths t = `first`, ρ·first, ρ²·first, … that meets Armijo's condition
 *
 * f(x + td) ≤ f(x) + c·t·∇f(x)·d.
 *
 * @param evaluate the function and its gradient
 * @param from where the line begins
 * @param d a direction that goes down
 * @param first the length to try first
 * @returns the point with its length `t`; where there is none, the lowest point seen with a `failure` that says why
 * @example
 * ```ts
 * import { backtracking } from '@downslope/core';
 * const evaluate = ([x]: Float64Array) => ({ value: (x! - 3) ** 2, gradient: Float64Array.of(2 * (x! - 3)) });
 * const x = Float64Array.of(0);
 * console.log(backtracking(evaluate, { x, ...evaluate(x) }, Float64Array.of(6), 4).t); // ½, of 4, 2, 1, ½, …
 * ```
 *
 * Source: L. Armijo, "Minimization of functions having Lipschitz continuous first partial derivatives", 1966.
 */
export const backtracking = (
  evaluate: (x: Float64Array) => Evaluation,
  from: EvaluatedPoint,
  d: Float64Array,
  first: number,
  options: BacktrackingOptions = {},
): Found => answered(backtrackingSearch(from, d, first, options), evaluate);

export function* backtrackingSearch(
  from: EvaluatedPoint,
  d: Float64Array,
  first: number,
  options: BacktrackingOptions & { readonly rounding?: number } = {},
): Asking<Found> {
  const { decrease = 1e-4, shrink = 0.5, rounding = Number.EPSILON } = options;
  const slope = dot(from.gradient, d);
  let best: Reached = { ...from, t: 0 };
  const failed = (why: string): Found => ({ ...best, failure: { status: 'lineSearchFailed', why } });
  if (!(slope < 0)) return failed('the direction does not go down');
  // Differences of values smaller than this are rounding.
  const noise = 4 * rounding * Math.abs(from.value);
  let t = first;
  for (let i = 0; i < MOST; i++, t *= shrink) {
    const x = along(from.x, t, d);
    const now = { x, t, ...(yield* ask(x)) };
    if (now.value <= from.value + decrease * t * slope + noise && Number.isFinite(now.value)) return now;
    if (now.value < best.value && Number.isFinite(now.value)) best = now;
    if (x.every((xi, j) => xi === from.x[j])) break;
  }
  return failed(`sufficient decrease (c = ${decrease}) down to t = ${t.toExponential(1)}`);
}
