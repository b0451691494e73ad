import { type Box, projectedGradient } from './bounds.js';
import type { Evaluation, Objective } from './objective.js';
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

/** A way down, from a point to a better one. */
export interface Method {
  readonly name: string;
  /** Whether it keeps to bounds. */
  readonly bounded?: boolean;
  /** When to stop, unless told otherwise. */
  readonly stop: readonly Rule[];
  /** The points on the way, the start first; ends by itself only when it cannot go on. */
  descend(objective: Objective): Generator<Point, Failure | undefined>;
}

/** The same within a box: with the length of the gradient as far as it can be followed. */
export function pointIn(box: Box | undefined, at: { readonly x: Float64Array } & Evaluation): Point {
  if (!box) return pointOf(at);
  return { x: at.x, value: at.value, gradNorm: norm(projectedGradient(at.x, at.gradient, box)) };
}

export const pointOf = ({ x, value, gradient }: { readonly x: Float64Array } & Evaluation): Point => ({
  x,
  value,
  gradNorm: norm(gradient),
});
