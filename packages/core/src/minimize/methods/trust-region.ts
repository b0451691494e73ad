import { ask, type Descent, pointOf } from '../method.js';
import type { EvaluatedPoint, Objective } from '../objective.js';
import type { QuadraticStep } from '../search/quadratic-step.js';
import { along, norm } from '../vectors.js';

/** Steps that promise less than so many roundings of the value are rounding. */
const LEAST_GAIN = 4;
/** Below this share of what was promised, a step is not taken. */
const ACCEPTED = 1e-4;

/** How a quadratic model of f at a point goes down within a radius. */
export type ModelAt = (at: EvaluatedPoint) => (radius: number) => QuadraticStep;

/**
 * Goes down by steps of a quadratic model within a trust region: the radius doubles where f fell as promised, and shrinks
 * where it did not.
 *
 * Source: J. Nocedal and S. Wright, "Numerical Optimization", 2006, algorithm 4.1.
 */
export function* withinTrust(objective: Objective, modelAt: ModelAt): Descent {
  let at = { x: objective.start, ...(yield* ask(objective.start)) };
  let radius = 1;
  yield pointOf(at);
  for (;;) {
    const model = modelAt(at);
    for (let isTaken = false; !isTaken; ) {
      const { p, promised, onRim } = model(radius);
      if (!(promised > LEAST_GAIN * objective.rounding * Math.abs(at.value)))
        return { status: 'lossTol', why: 'no step promises more than rounding' };
      const x = along(at.x, 1, p);
      const next = { x, ...(yield* ask(x)) };
      const share = (at.value - next.value) / promised;
      if (!(share >= 0.25)) radius = norm(p) / 4;
      else if (share > 0.75 && onRim) radius *= 2;
      isTaken = share > ACCEPTED && Number.isFinite(norm(next.gradient));
      if (isTaken) at = next;
      else if (radius <= objective.rounding * Math.max(1, norm(at.x)))
        return { status: 'stepTol', why: 'the trust region has shrunk to nothing' };
    }
    yield pointOf(at);
  }
}
