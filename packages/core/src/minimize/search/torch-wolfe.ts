import { type Asking, ask } from '../method.js';
import type { EvaluatedPoint } from '../objective.js';
import { along, dot } from '../vectors.js';
import type { Reached } from './strong-wolfe.js';

/** What PyTorch's search is fixed to. */
const [DECREASE, CURVATURE, MOST, WIDTH] = [1e-4, 0.9, 25, 1e-9];

interface End extends Reached {
  readonly slope: number;
}

/**
 * The strong Wolfe search that PyTorch's L-BFGS makes, evaluation for evaluation: a bracket by growing steps, narrowed
 * by cubic interpolation that keeps off its ends when it has made too little progress twice.
 */
export function* torchWolfe(from: EvaluatedPoint, d: Float64Array, first: number): Asking<Reached> {
  function* at(t: number): Asking<End> {
    const x = along(from.x, t, d);
    const now = yield* ask(x);
    return { x, t, ...now, slope: dot(now.gradient, d) };
  }
  const start: End = { ...from, t: 0, slope: dot(from.gradient, d) };
  const isTooHigh = ({ t, value }: End): boolean => value > start.value + DECREASE * t * start.slope;
  const isFlat = ({ slope }: End): boolean => Math.abs(slope) <= -CURVATURE * start.slope;
  const length = d.reduce((largest, di) => Math.max(largest, Math.abs(di)), 0);

  let previous = start;
  let now = yield* at(first);
  let turns = 0;
  for (; turns < MOST; turns++) {
    if (isTooHigh(now) || (turns > 1 && now.value >= previous.value)) break;
    if (isFlat(now)) return now;
    if (now.slope >= 0) break;
    const t = cubic(previous, now, now.t + 0.01 * (now.t - previous.t), 10 * now.t);
    previous = now;
    now = yield* at(t);
  }
  if (turns === MOST) return start.value <= now.value ? start : now;

  let [left, right] = [previous, now];
  let [low, high] = left.value <= right.value ? [left, right] : [right, left];
  for (let isSlow = false; turns < MOST && Math.abs(right.t - left.t) * length >= WIDTH; turns++) {
    const [least, most] = [Math.min(left.t, right.t), Math.max(left.t, right.t)];
    let t = cubic(left, right, least, most);
    const margin = 0.1 * (most - least);
    const isNearEnd = Math.min(most - t, t - least) < margin;
    const isMoved: boolean = isNearEnd && (isSlow || t >= most || t <= least);
    if (isMoved) t = most - t < t - least ? most - margin : least + margin;
    isSlow = isNearEnd && !isMoved;
    now = yield* at(t);
    if (isTooHigh(now) || now.value >= low.value) {
      if (high === left) left = now;
      else right = now;
      [low, high] = left.value <= right.value ? [left, right] : [right, left];
      continue;
    }
    if (isFlat(now)) return now;
    const isPast = now.slope * (high.t - low.t) >= 0;
    const lowIsLeft = low === left;
    if (isPast) high = low;
    low = now;
    [left, right] = lowIsLeft ? [low, high] : [high, low];
  }
  return low;
}

/** The minimum of the cubic with these values and slopes, within limits; their middle where there is none. */
function cubic(one: End, other: End, least: number, most: number): number {
  const [a, b] = one.t <= other.t ? [one, other] : [other, one];
  const d1 = a.slope + b.slope - (3 * (a.value - b.value)) / (a.t - b.t);
  const square = d1 * d1 - a.slope * b.slope;
  if (!(square >= 0)) return (least + most) / 2;
  const root = Math.sqrt(square);
  const t = b.t - (b.t - a.t) * ((b.slope + root - d1) / (b.slope - a.slope + 2 * root));
  return Math.min(Math.max(t, least), most);
}
