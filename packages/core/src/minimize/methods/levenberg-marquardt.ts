import type { Residuals } from '../least-squares.js';
import type { Failure, Point } from '../method.js';
import { boundedStep, factor, lengthUnder, times } from '../search/trust-region.js';
import type { Rule } from '../stop.js';
import { along, dot, norm } from '../vectors.js';

/** Changes of the sum of squares, and of the point, that are no more than rounding. */
const SUM_TOL = 1e-14;
const POINT_TOL = 1e-14;
/** The first radius, as a multiple of ‖Dx‖. */
const REACH = 100;

/** How Σr² goes down: see `leastSquares`. */
export const levenbergMarquardt = {
  name: 'levenbergMarquardt',
  stop: [] as readonly Rule[],
  *descend(problem: Residuals): Generator<Point, Failure | undefined> {
    let x = problem.start;
    let r = problem.residuals(x);
    let d: Float64Array | undefined;
    let radius: number | undefined;
    let lambda = 0;
    for (;;) {
      const columns = problem.jacobian(x);
      const gradient = Float64Array.from(columns, (column) => 2 * dot(column, r));
      yield { x, value: dot(r, r), gradNorm: norm(gradient) };
      const length = norm(r);
      const slopes = columns.map(norm);
      if (length === 0) return { status: 'gradTol', why: 'all residuals are 0' };
      if (columns.every((_, j) => Math.abs(gradient[j]!) <= 2 * Number.EPSILON * slopes[j]! * length))
        return { status: 'gradTol', why: 'the residuals are orthogonal to all derivatives' };
      d = Float64Array.from(slopes, (slope, j) => Math.max(slope, d?.[j] ?? 0) || 1);
      const isFirst = radius === undefined;
      radius ??= REACH * (norm(times(d, x)) || 1);
      const factors = factor(columns, r);
      for (let accepted = false; !accepted; ) {
        const step = boundedStep(factors, d, radius, lambda);
        const reach = norm(times(d, step.p));
        if (isFirst) radius = Math.min(radius, reach);
        const xNext = along(x, 1, step.p);
        const rNext = problem.residuals(xNext);
        const lengthNext = norm(rNext);
        // All relative to the present sum of squares.
        const gain = lengthNext < 10 * length ? 1 - (lengthNext / length) ** 2 : -1;
        const linear = (lengthUnder(factors.r, step.p) / length) ** 2;
        const damping = step.lambda * (reach / length) ** 2;
        const promised = linear + 2 * damping;
        const ratio = promised > 0 ? gain / promised : 0;
        if (ratio <= 0.25 || Number.isNaN(ratio)) {
          const slope = -(linear + damping);
          const shrink = gain >= 0 ? 0.5 : (0.5 * slope) / (slope + 0.5 * gain);
          const by = lengthNext < 10 * length && shrink >= 0.1 ? shrink : 0.1;
          radius = by * Math.min(radius, 10 * reach);
          lambda = step.lambda / by;
        } else if (step.lambda === 0 || ratio >= 0.75) {
          radius = 2 * reach;
          lambda = step.lambda / 2;
        } else lambda = step.lambda;
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

function pointOf(problem: Residuals, x: Float64Array, r: Float64Array): Point {
  const gradient = Float64Array.from(problem.jacobian(x), (column) => 2 * dot(column, r));
  return { x, value: dot(r, r), gradNorm: norm(gradient) };
}
