import { type Box, clamp } from '../bounds.js';
import { type Asking, answered, type Failure } from '../method.js';
import type { EvaluatedPoint, Evaluation } from '../objective.js';
import { along, dot } from '../vectors.js';

export interface WolfeOptions {
  /** c₁: the decrease must be at least this share of what the slope promises (default 1e-4). */
  readonly decrease?: number;
  /** c₂: the slope must have flattened to this share (default 0.9; 0.1 for conjugate gradients). */
  readonly curvature?: number;
  /** Evaluations at most (default 20). */
  readonly most?: number;
  /** The longest step there may be (default none). Where f still falls there, that is the end of the search. */
  readonly longest?: number;
}

/** A point along a line. */
export interface Reached extends Evaluation {
  readonly x: Float64Array;
  /** How far along the direction. */
  readonly t: number;
}

/** A search's end: a point that meets the conditions, or why there is none with the lowest point seen. */
export type Found = Reached & { readonly failure?: Failure };

interface End {
  t: number;
  value: number;
  slope: number;
}

/**
 * A step length t along d that meets the strong Wolfe conditions
 *
 * f(x + td) ≤ f(x) + c₁ t f′  and  |∇f(x + td)·d| ≤ c₂ |f′|,  where f′ = ∇f(x)·d < 0,
 *
 * by bracketing and safeguarded cubic interpolation.
 *
 * @param evaluate the function and its gradient
 * @param from where the line begins
 * @param d a direction that goes down
 * @param first the length to try first
 * @returns the point with its length `t`; where there is none, the lowest point seen with a `failure` that names the
 *   condition that it does not meet
 * @example
 * ```ts
 * import { strongWolfe, type Tensor, valueAndGrad } from '@downslope/core';
 * const f = valueAndGrad((x: Tensor) => x.sub([3, -1]).pow(4).sum());
 * const evaluate = (x: Float64Array) => {
 *   const [value, { data }] = f(x);
 *   return { value, gradient: Float64Array.from(data) };
 * };
 * const from = { x: Float64Array.of(0, 0), ...evaluate(Float64Array.of(0, 0)) };
 * const found = strongWolfe(evaluate, from, from.gradient.map((g) => -g), 1, { curvature: 0.1 });
 * console.log(found.t, found.value, found.failure?.why);
 * ```
 *
 * Source: J. Moré and D. Thuente, "Line search algorithms with guaranteed sufficient decrease", 1994. Where they
 * interpolate an auxiliary function first, here it is always f itself, as in algorithm 3.5 of Nocedal and Wright.
 */
export const strongWolfe = (
  evaluate: (x: Float64Array) => Evaluation,
  from: EvaluatedPoint,
  d: Float64Array,
  first: number,
  options: WolfeOptions = {},
): Found => answered(wolfeSearch(from, d, first, options), evaluate);

export function* wolfeSearch(
  from: EvaluatedPoint,
  d: Float64Array,
  first: number,
  options: WolfeOptions & { readonly box?: Box | undefined; readonly rounding?: number } = {},
): Asking<Found> {
  const { decrease = 1e-4, curvature = 0.9, most = 20, longest = Number.POSITIVE_INFINITY } = options;
  const { box, rounding = Number.EPSILON } = options;
  const slope0 = dot(from.gradient, d);
  if (!(slope0 < 0)) return failed({ ...from, t: 0 }, 'the direction does not go down');
  // Differences of values smaller than this are rounding.
  const noise = 4 * rounding * Math.abs(from.value);
  let low: End = { t: 0, value: from.value, slope: slope0 };
  let high: End | undefined;
  let best: Reached = { ...from, t: 0 };
  let flat = false;
  let t = Math.min(first, longest);
  for (let i = 0; i < most; i++) {
    const x = along(from.x, t, d);
    // What rounding moved across a bound comes back: f may not be defined there.
    if (box) clamp(x, box);
    // As `ask` does, without a generator for each question.
    const { value, gradient } = yield { ask: x };
    const now: Reached = { x, t, value, gradient };
    const slope = dot(now.gradient, d);
    const usable = Number.isFinite(now.value) && Number.isFinite(slope);
    if (usable && now.value < best.value) best = now;
    const drops = usable && now.value <= from.value + decrease * t * slope0 + noise;
    flat = Math.abs(slope) <= -curvature * slope0;
    if (drops && (flat || (t === longest && slope < 0))) return now;
    const end = { t, value: now.value, slope };
    if (!usable) {
      high = end;
      t = low.t + (t - low.t) / 10;
    } else {
      if (!drops || now.value > low.value + noise) high = end;
      else {
        if (slope * ((high?.t ?? Number.POSITIVE_INFINITY) - t) >= 0) high = low;
        low = end;
      }
      t = high ? between(low, high) : Math.min(beyond(low, from, slope0), longest);
    }
    if (high && Math.abs(high.t - low.t) <= 1e-14 * Math.max(low.t, high.t)) break;
  }
  const missing = best.t === 0 ? 'sufficient decrease' : 'curvature';
  return failed(best, `${missing} (c = ${best.t === 0 ? decrease : curvature}) within ${most} evaluations`);
}

const failed = (best: Reached, why: string): Found => ({
  ...best,
  failure: { status: 'lineSearchFailed', why },
});

/** No bracket yet: further on, where the slope would be zero if it went on changing as it did, within limits. */
function beyond(low: End, from: Evaluation, slope0: number): number {
  const guess = cubic({ t: 0, value: from.value, slope: slope0 }, low);
  return Math.min(Math.max(Number.isFinite(guess) ? guess : 0, 2 * low.t), 10 * low.t);
}

/** The minimum of the cubic through both ends, kept off the ends. */
function between(low: End, high: End): number {
  const guess = cubic(low, high);
  const [left, right] = [Math.min(low.t, high.t), Math.max(low.t, high.t)];
  const margin = 0.1 * (right - left);
  if (!Number.isFinite(guess)) return (left + right) / 2;
  return Math.min(Math.max(guess, left + margin), right - margin);
}

/** Where the cubic with these values and slopes has its minimum. */
function cubic(a: End, b: End): number {
  const d1 = a.slope + b.slope - (3 * (a.value - b.value)) / (a.t - b.t);
  const root = Math.sqrt(d1 * d1 - a.slope * b.slope) * Math.sign(b.t - a.t);
  return b.t - ((b.t - a.t) * (b.slope + root - d1)) / (b.slope - a.slope + 2 * root);
}
