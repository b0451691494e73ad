import { random } from '../../data/random.js';
import { adam } from '../../optim/optimizers/adam.js';
import type { Objective } from '../objective.js';
import { descentFrom } from './measure.js';
import { eigenvaluesOf } from './spectrum.js';

/** What Adam takes for curvature, beside the curvature. Each list is in the order of x written as one vector. */
export interface SecondMoment {
  /** √v̂: the root of Adam's average of squared gradients after 100 steps (β₂ = 0.999) towards x, from as far off along each axis. */
  readonly root: Float64Array;
  /** ∂²f/∂xᵢ². */
  readonly hessianDiagonal: Float64Array;
  /**
   * Correlation of the logarithms of the two: 1 where √v̂ is the diagonal up to a factor, so that Adam's steps are like Newton's
   * along each axis. NaN with fewer than two variables, or a diagonal without spread.
   */
  readonly correlation: number;
  /** λmax/λmin of D⁻¹ᐟ²HD⁻¹ᐟ², D = √v̂: how Adam sees the condition number. Infinite if H is not positive definite. */
  readonly conditionNumber: number;
  /** The rate (2 + 2β₁)/((1 − β₁)λ), λ = λmax(D⁻¹ᐟ²HD⁻¹ᐟ²), above which Adam diverges while v̂ is what it is. */
  readonly criticalRate: number;
}

const STEPS = 100;
const BETA1 = 0.9;
const BETA2 = 0.999;

/**
 * Follows Adam for some steps towards a minimum, from a point at a distance along each axis.
 *
 * @param columns of the Hessian
 */
export function secondMoment(
  objective: Objective,
  low: Float64Array,
  columns: readonly Float64Array[],
  distance: number,
): SecondMoment {
  const numbers = random(0, 'analyze');
  const start = low.map((x) => x + (numbers.uniform() < 0.5 ? -distance : distance));
  const path: Float64Array[] = [];
  for (const { x } of descentFrom(start, objective, adam({ lr: distance / STEPS }))) {
    path.push(Float64Array.from(x));
    if (path.length === STEPS) break;
  }
  const v = new Float64Array(low.length);
  for (const x of path)
    objective.evaluate(x).gradient.forEach((g, i) => {
      v[i] = BETA2 * v[i]! + (1 - BETA2) * g * g;
    });
  const root = v.map((vi) => Math.sqrt(vi / (1 - BETA2 ** STEPS)));
  const hessianDiagonal = Float64Array.from(columns, (column, i) => column[i]!);
  const scaled = columns.map((column, j) => column.map((h, i) => h / Math.sqrt(root[i]! * root[j]!)));
  const seen = eigenvaluesOf(scaled);
  const [least, most] = [seen[0]!, seen[seen.length - 1]!];
  return {
    root,
    hessianDiagonal,
    correlation: correlation(root.map(Math.log), hessianDiagonal.map(Math.abs).map(Math.log)),
    conditionNumber: least > 1e-12 * most ? most / least : Number.POSITIVE_INFINITY,
    criticalRate: most > 0 ? (2 + 2 * BETA1) / ((1 - BETA1) * most) : Number.POSITIVE_INFINITY,
  };
}

function correlation(a: Float64Array, b: Float64Array): number {
  const mean = (of: (i: number) => number): number => a.reduce((sum, _, i) => sum + of(i), 0) / a.length;
  const [meanA, meanB] = [mean((i) => a[i]!), mean((i) => b[i]!)];
  const along = mean((i) => (a[i]! - meanA) * (b[i]! - meanB));
  return along / Math.sqrt(mean((i) => (a[i]! - meanA) ** 2) * mean((i) => (b[i]! - meanB) ** 2));
}
