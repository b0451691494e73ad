import { type Box, projectedGradient } from './bounds.js';
import type { EvaluatedPoint, Evaluation, Objective } from './objective.js';
import type { Status } from './status.js';
import type { Rule } from './stop.js';
import { norm } from './vectors.js';

/** Where a descent is after some steps. */
export interface Point {
  readonly x: Float64Array;
  readonly value: number;
  /** ‖∇f(x)‖ */
  readonly gradNorm: number;
}

/** Why a method cannot go on. */
export interface Failure {
  readonly status: Status;
  /** What in particular went wrong, in words. */
  readonly why: string;
}

/** A question: what are f and its gradient there? The answer comes back through `next`. */
export interface Ask {
  readonly ask: Float64Array;
}

/** Something that has to know f here and there. It need not know who works it out, and when. */
export type Asking<T> = Generator<Ask, T, Evaluation>;

/** The points on the way down, and what has to be known for them. */
export type Descent = Generator<Point | Ask, Failure | undefined, Evaluation>;

export function* ask(x: Float64Array): Asking<Evaluation> {
  return yield { ask: x };
}

export function answered<T>(asking: Asking<T>, evaluate: (x: Float64Array) => Evaluation): T {
  let next = asking.next();
  while (!next.done) next = asking.next(evaluate(next.value.ask));
  return next.value;
}

/** A way down, from a point to a better one. */
export interface Method {
  readonly name: string;
  /** Whether it keeps to bounds. */
  readonly bounded?: boolean;
  /** When to stop, unless told otherwise. */
  readonly stop: readonly Rule[];
  /**
   * The points on the way, the start first; ends by itself only when it cannot go on. For f it may ask, so that several
   * descents can go on at once, or call `objective.evaluate`.
   */
  descend(objective: Objective): Descent;
}

/** The same within a box: with the length of the gradient as far as it can be followed. */
export function pointIn(box: Box | undefined, at: EvaluatedPoint): Point {
  if (!box) return pointOf(at);
  return { x: at.x, value: at.value, gradNorm: norm(projectedGradient(at.x, at.gradient, box)) };
}

/** A method's points, its questions answered. */
export function* pointsOf(method: Method, objective: Objective): Generator<Point, Failure | undefined> {
  const steps = method.descend(objective);
  let next = steps.next();
  while (!next.done) {
    const { value } = next;
    if ('ask' in value) next = steps.next(objective.evaluate(value.ask));
    else {
      yield value;
      next = steps.next();
    }
  }
  return next.value;
}

export const pointOf = ({ x, value, gradient }: EvaluatedPoint): Point => ({
  x,
  value,
  gradNorm: norm(gradient),
});
