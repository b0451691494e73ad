import type { Residuals } from '../least-squares.js';
import type { Failure, Point } from '../method.js';
import { quadraticSteps } from '../search/quadratic-step.js';
import { boundedStep, factor, lengthUnder, times } from '../search/trust-region.js';
import type { Rule } from '../stop.js';
import { along, dot, norm, unit } from '../vectors.js';

/** Changes of the sum of squares, and of the point, that are no more than rounding. */
const SUM_TOL = 1e-14;
const POINT_TOL = 1e-14;
/** The first radius, as a multiple of ‖Dx‖. */
const REACH = 10;
/** A model that is off by less than this share of what happened is good enough. */
const GOOD = 0.1;
/** Newton's model is taken where it is off by less than this share of what the other is: it costs more, and rounds more. */
const CLEARLY = 0.25;

/** A step within the radius; all but p relative to the present sum of squares. */
interface Step {
  readonly p: Float64Array;
  readonly promised: number;
  /** 2 r·Jp, the slope along p */
  readonly slope: number;
  /** Whether the radius, and not the model's minimum, made it as long as it is. */
  readonly onRim: boolean;
}

/** ‖r‖² near a point, to be gone down within a radius. */
type Model = (radius: number) => Step;

/** How Σr² goes down: see `leastSquares`. */
export const levenbergMarquardt = {
  name: 'levenbergMarquardt',
  stop: [] as readonly Rule[],
  *descend(problem: Residuals): Generator<Point, Failure | undefined> {
    let x = problem.start;
    let r = problem.residuals(x);
    let d: Float64Array | undefined;
    let radius: number | undefined;
    let isBent = false;
    const damping: Damping = { lambda: 0 };
    const nothing = Number.EPSILON * norm(r);
    for (;;) {
      const columns = problem.jacobian(x);
      const gradient = Float64Array.from(columns, (column) => 2 * dot(column, r));
      yield { x, value: dot(r, r), gradNorm: norm(gradient) };
      const length = norm(r);
      const slopes = columns.map(norm);
      if (length <= nothing) return { status: 'gradTol', why: 'all residuals are 0, but for rounding' };
      if (columns.every((_, j) => Math.abs(gradient[j]!) <= 2 * Number.EPSILON * slopes[j]! * length))
        return { status: 'gradTol', why: 'the residuals are orthogonal to all derivatives' };
      d = Float64Array.from(slopes, (slope, j) => Math.max(slope, d?.[j] ?? 0) || 1);
      const isFirst = radius === undefined;
      radius ??= REACH * (norm(times(d, x)) || 1);
      const { straight, bent } = modelsAt(problem, x, r, columns, d, damping);
      for (let accepted = false; !accepted; ) {
        const step = (isBent ? bent() : straight)(radius);
        const reach = norm(times(d, step.p));
        if (isFirst) radius = Math.min(radius, reach);
        const xNext = along(x, 1, step.p);
        const rNext = problem.residuals(xNext);
        const lengthNext = norm(rNext);
        const gain = lengthNext < 10 * length ? 1 - (lengthNext / length) ** 2 : -1;
        const { promised, slope } = step;
        const ratio = promised > 0 ? gain / promised : 0;
        if (ratio <= 0.25 || Number.isNaN(ratio)) {
          const shrink = gain >= 0 ? 0.5 : (0.5 * slope) / (slope + 0.5 * gain);
          const by = lengthNext < 10 * length && shrink >= 0.1 ? shrink : 0.1;
          radius = by * Math.min(radius, 10 * reach);
          damping.lambda /= by;
        } else if (!step.onRim || ratio >= 0.75) {
          radius = 2 * reach;
          damping.lambda /= 2;
        }
        if (lengthNext < 10 * length && Math.abs(gain) > SUM_TOL && !(Math.abs(ratio - 1) < GOOD))
          isBent = betterBent(problem, x, step, columns, gain, length);
        accepted = ratio >= 1e-4;
        const [before, size] = [x, norm(times(d, accepted ? xNext : x))];
        if (accepted) [x, r] = [xNext, rNext];
        const still = Math.abs(gain) <= SUM_TOL && promised <= SUM_TOL && ratio <= 2;
        if (still || radius <= POINT_TOL * size) {
          if (x !== before) yield pointOf(problem, x, r);
          return still
            ? { status: 'lossTol', why: 'neither did it fall by 1e-14 of itself, nor could it' }
            : { status: 'stepTol', why: 'by 1e-14 of itself' };
        }
      }
    }
  },
};

/** λ of the last step, where the search for the next one begins. */
interface Damping {
  lambda: number;
}

/** ‖r + Jp‖², and with what that leaves out: ‖r + Jp‖² + Σ rᵢ p·∇²rᵢ p, which is Newton's model. */
function modelsAt(
  problem: Residuals,
  x: Float64Array,
  r: Float64Array,
  columns: readonly Float64Array[],
  d: Float64Array,
  damping: Damping,
): { straight: Model; bent: () => Model } {
  const square = dot(r, r);
  const half = Float64Array.from(columns, (column) => dot(column, r));
  const factors = factor(columns, r);
  const straight: Model = (radius) => {
    const { p, lambda } = boundedStep(factors, d, radius, damping.lambda);
    damping.lambda = lambda;
    const linear = lengthUnder(factors.r, p) ** 2 / square;
    const damped = lambda * (norm(times(d, p)) ** 2 / square);
    return { p, promised: linear + 2 * damped, slope: -(linear + damped), onRim: lambda > 0 };
  };
  let made: Model | undefined;
  const bent = (): Model => {
    const steps = quadraticSteps(
      half,
      columns.map((_, j) => problem.hessianTimes(x, unit(columns.length, j))),
      d,
    );
    return (radius) => {
      const { p, promised, onRim } = steps(radius);
      return { p, promised: (2 * promised) / square, slope: dot(half, p) / square, onRim };
    };
  };
  return { straight, bent: () => (made ??= bent()) };
}

/** Whether Newton's model would have foretold a step's gain better than the straight one. */
function betterBent(
  problem: Residuals,
  x: Float64Array,
  { p, slope }: Step,
  columns: readonly Float64Array[],
  gain: number,
  length: number,
): boolean {
  const jp = columns.reduce(
    (sum, column, j) => along(sum, p[j]!, column),
    new Float64Array(columns[0]!.length),
  );
  const straight = -2 * slope - (norm(jp) / length) ** 2;
  const bent = -2 * slope - dot(p, problem.hessianTimes(x, p)) / length ** 2;
  return Math.abs(bent - gain) < CLEARLY * Math.abs(straight - gain);
}

function pointOf(problem: Residuals, x: Float64Array, r: Float64Array): Point {
  const gradient = Float64Array.from(problem.jacobian(x), (column) => 2 * dot(column, r));
  return { x, value: dot(r, r), gradNorm: norm(gradient) };
}
