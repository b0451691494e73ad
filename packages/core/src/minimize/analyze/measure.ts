import { nesterov } from '../../optim/optimizers/nesterov.js';
import { sgd } from '../../optim/optimizers/sgd.js';
import type { Transform } from '../../optim/transform.js';
import { type Point, pointsOf } from '../method.js';
import { byTransform } from '../methods/transform.js';
import type { Objective } from '../objective.js';
import type { BestRate, BestRates } from './rates.js';

/** What a run of a method did. */
export interface MeasuredRate {
  /** The factor by which the gradient shrank with each step, fitted over the second half of the run. */
  readonly contraction: number;
  /** Where the order is not linear: p of f − f* ≈ C/Tᵖ, fitted over the second half of the run. */
  readonly power: number | undefined;
  /** Steps until the gradient was `tolerance` of what it was; undefined when the run ended before. */
  readonly steps: number | undefined;
}

export type MeasuredRates = { readonly [Method in keyof BestRates]: MeasuredRate | undefined };

/** The method that each of the best rates is for. */
const METHODS: { readonly [Method in keyof BestRates]: (best: BestRate) => Transform } = {
  gradientDescent: ({ lr }) => sgd({ lr }),
  heavyBall: ({ lr, momentum = 0 }) => sgd({ lr, momentum }),
  nesterov: ({ lr, momentum }) =>
    momentum === undefined ? nesterov({ lr }) : sgd({ lr, momentum, nesterov: momentum > 0 }),
};

/**
 * Goes down by each method at its best and fits what is seen.
 *
 * @param start where from
 * @param floor the value at the minimum
 */
export function measure(
  objective: Objective,
  start: Float64Array,
  rates: BestRates,
  floor: number,
  limits: { readonly steps: number; readonly tolerance: number },
): MeasuredRates {
  const run = (name: keyof BestRates): MeasuredRate | undefined => {
    const best = rates[name];
    if (!best) return undefined;
    const path = walk(descentFrom(start, objective, METHODS[name](best)), limits.steps);
    return fitted(path, best, floor, limits);
  };
  return {
    gradientDescent: run('gradientDescent'),
    heavyBall: run('heavyBall'),
    nesterov: run('nesterov'),
  };
}

/** The points of an optimizer from another start than the objective's, counted there. */
export function* descentFrom(
  start: Float64Array,
  objective: Objective,
  optimizer: Transform,
): Generator<Point> {
  const own = { ...objective, start };
  try {
    yield* pointsOf(byTransform(optimizer), own);
  } finally {
    objective.evaluations = own.evaluations;
  }
}

/** Below this share of the first one, gradients may be rounding. */
const ROUNDING = 1e-9;

function walk(points: Iterable<Point>, steps: number): Point[] {
  const path: Point[] = [];
  for (const point of points) {
    path.push(point);
    if (path.length > steps || !(point.gradNorm > ROUNDING * path[0]!.gradNorm)) break;
  }
  return path;
}

/** Undefined when a run diverged. */
function fitted(
  path: readonly Point[],
  { order }: BestRate,
  floor: number,
  { tolerance }: { readonly tolerance: number },
): MeasuredRate | undefined {
  const [first, last] = [path[0]!, path[path.length - 1]!];
  if (!(last.gradNorm < first.gradNorm)) return undefined;
  const second = path.map((point, step) => ({ ...point, step })).slice(Math.ceil(path.length / 2));
  const above = second.filter(({ value }) => value - floor > ROUNDING * (first.value - floor));
  const found = path.findIndex(({ gradNorm }) => gradNorm <= tolerance * first.gradNorm);
  return {
    contraction:
      second.length < 3
        ? (last.gradNorm / first.gradNorm) ** (1 / (path.length - 1))
        : Math.exp(slope(second.map(({ step, gradNorm }) => [step, Math.log(gradNorm)]))),
    power:
      order === 'linear' || above.length < 3
        ? undefined
        : -slope(above.map(({ step, value }) => [Math.log(step), Math.log(value - floor)])),
    steps: found < 0 ? undefined : found,
  };
}

/** Of the line of least squares. */
function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (of: (point: readonly [number, number]) => number): number =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [x, y] = [mean(([x]) => x), mean(([, y]) => y)];
  return mean((p) => (p[0] - x) * (p[1] - y)) / mean((p) => (p[0] - x) ** 2);
}
