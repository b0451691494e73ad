import { type Box, clamp } from '../bounds.js';
import { ask, type Descent, pointIn } from '../method.js';
import type { EvaluatedPoint, Objective } from '../objective.js';
import { solve } from '../search/solve.js';
import { wolfeSearch } from '../search/strong-wolfe.js';
import { along, dot, norm, unit } from '../vectors.js';
import { type Pair, withStep } from './two-loop.js';

/**
 * L-BFGS-B. In each step, on the quadratic model g·(z − x) + ½(z − x)·B(z − x) with the B that L-BFGS remembers:
 *
 * 1. The Cauchy point: the first minimum along the path of steepest descent, bent where it meets the bounds. It tells which
 *    coordinates stay at a bound.
 * 2. The minimum over all others, as if they had no bounds, brought back into the box.
 * 3. From x towards it by a strong Wolfe line search, as far as the box goes.
 *
 * Source: R. Byrd, P. Lu, J. Nocedal and C. Zhu, "A limited memory algorithm for bound constrained optimization", 1995;
 * step 2's way back: J. Morales and J. Nocedal, "Remark on algorithm 778", 2011.
 */
export function* boundedLbfgs(objective: Objective, box: Box, memory: number): Descent {
  let pairs: readonly Pair[] = [];
  let at: EvaluatedPoint = { x: objective.start, ...(yield* ask(objective.start)) };
  for (;;) {
    const point = pointIn(box, at);
    yield point;
    if (point.gradNorm === 0) return { status: 'gradTol', why: 'no step within the bounds goes down' };
    const model = compact(pairs);
    const cauchy = cauchyPoint(at, box, model);
    const target = pairs.length === 0 ? cauchy.x : lowest(at, cauchy, box, model);
    const d = along(target, -1, at.x);
    const isFresh = pairs.length === 0;
    const goesDown = dot(at.gradient, d) < 0;
    if (!goesDown && isFresh) return { status: 'stepTol', why: 'the bounds leave no room to go down' };
    const first = isFresh ? Math.min(1, 1 / norm(d)) : 1;
    const longest = isFresh ? 1 : room(at.x, d, box);
    const next =
      goesDown && (yield* wolfeSearch(at, d, first, { longest, box, rounding: objective.rounding }));
    if (!next || (next.failure && next.t === 0)) {
      if (next && isFresh) return next.failure;
      pairs = [];
      continue;
    }
    pairs = withStep(pairs, at, next, memory);
    at = next;
  }
}

/** B = θ − WMWᵀ. */
interface Compact {
  readonly theta: number;
  /** The columns of W. */
  readonly w: readonly Float64Array[];
  /** M, which is symmetric, and M⁻¹ by rows. */
  readonly middle: readonly Float64Array[];
  readonly inner: readonly Float64Array[];
}

/** W = [Y θS] and M⁻¹ = [−D Lᵀ; L θSᵀS], where D is the diagonal of SᵀY and L what is below it. */
function compact(pairs: readonly Pair[]): Compact {
  const k = pairs.length;
  const newest = pairs.at(-1);
  const theta = newest ? newest.rho * dot(newest.y, newest.y) : 1;
  const w = [...pairs.map(({ y }) => y), ...pairs.map(({ s }) => s.map((si) => theta * si))];
  const inner = w.map(() => new Float64Array(2 * k));
  pairs.forEach(({ s, rho }, i) => {
    inner[i]![i] = -1 / rho;
    pairs.forEach((other, j) => {
      if (i > j) inner[k + i]![j] = inner[j]![k + i] = dot(s, other.y);
      inner[k + i]![k + j] = theta * dot(s, other.s);
    });
  });
  return { theta, w, middle: w.map((_, j) => solve(inner, unit(2 * k, j))), inner };
}

const across = (w: readonly Float64Array[], v: Float64Array): Float64Array =>
  Float64Array.from(w, (column) => dot(column, v));

interface Cauchy {
  readonly x: Float64Array;
  /** Wᵀ(x_c − x) */
  readonly moved: Float64Array;
}

function cauchyPoint({ x, gradient: g }: EvaluatedPoint, box: Box, { theta, w, middle }: Compact): Cauchy {
  const bound = (i: number): number => (g[i]! > 0 ? box.lower[i]! : box.upper[i]!);
  // The time at which each coordinate meets its bound.
  const ends = g.map((gi, i) => (gi === 0 ? Number.POSITIVE_INFINITY : (x[i]! - bound(i)) / gi));
  const d = g.map((gi, i) => (ends[i]! > 0 ? -gi : 0));
  const corners = [...ends.keys()].filter((i) => ends[i]! > 0 && ends[i]! < Number.POSITIVE_INFINITY);
  const point = x.slice();
  let p = across(w, d);
  let moved: Float64Array = new Float64Array(p.length);
  let slope = -dot(d, d);
  const least = -Number.EPSILON * theta * slope;
  let bend = -theta * slope - dot(p, across(middle, p));
  let t = 0;
  for (const b of corners.sort((a, b) => ends[a]! - ends[b]!)) {
    const dt = ends[b]! - t;
    if (-slope / bend < dt) break;
    const gb = g[b]!;
    const wb = Float64Array.from(w, (column) => column[b]!);
    const mw = across(middle, wb);
    point[b] = bound(b);
    moved = along(moved, dt, p);
    slope += dt * bend + gb * gb + theta * gb * (point[b]! - x[b]!) - gb * dot(mw, moved);
    bend = Math.max(least, bend - theta * gb * gb - 2 * gb * dot(mw, p) - gb * gb * dot(mw, wb));
    p = along(p, gb, wb);
    d[b] = 0;
    t = ends[b]!;
  }
  const rest = Math.max(0, -slope / bend) || 0;
  for (let i = 0; i < x.length; i++) if (d[i] !== 0) point[i] = x[i]! + (t + rest) * d[i]!;
  return { x: clamp(point, box), moved: along(moved, rest, p) };
}

/** The model's minimum over the coordinates that are off their bounds at the Cauchy point, brought back into the box. */
function lowest(
  { x, gradient: g }: EvaluatedPoint,
  cauchy: Cauchy,
  box: Box,
  { theta, w, middle, inner }: Compact,
): Float64Array {
  const free = [...x.keys()].filter((i) => cauchy.x[i]! > box.lower[i]! && cauchy.x[i]! < box.upper[i]!);
  const z = w.map((column) => Float64Array.from(free, (i) => column[i]!));
  const mc = across(middle, cauchy.moved);
  const r = Float64Array.from(free, (i) => g[i]! + theta * (cauchy.x[i]! - x[i]!));
  const slope = z.reduce<Float64Array>((sum, column, a) => along(sum, -mc[a]!, column), r);
  // (I − MN)⁻¹Mv = (M⁻¹ − N)⁻¹v, where N = ZᵀZ/θ and v = Zᵀ·slope
  const less = inner.map((row, a) => row.map((m, b) => m - dot(z[a]!, z[b]!) / theta));
  const u = solve(less, across(z, slope));
  const step = z
    .reduce<Float64Array>((sum, column, a) => along(sum, u[a]! / theta, column), slope)
    .map((s) => -s / theta);
  const moved = (share: number): Float64Array => {
    const out = cauchy.x.slice();
    free.forEach((i, j) => {
      out[i]! += share * step[j]!;
    });
    return clamp(out, box);
  };
  const bent = moved(1);
  if (dot(g, along(bent, -1, x)) < 0) return bent;
  const whole = new Float64Array(x.length);
  free.forEach((i, j) => {
    whole[i] = step[j]!;
  });
  return moved(Math.min(1, room(cauchy.x, whole, box)));
}

/** The largest t for which x + td keeps to the box. */
function room(x: Float64Array, d: Float64Array, { lower, upper }: Box): number {
  return d.reduce((least, di, i) => {
    if (di === 0) return least;
    return Math.min(least, ((di > 0 ? upper[i]! : lower[i]!) - x[i]!) / di);
  }, Number.POSITIVE_INFINITY);
}
