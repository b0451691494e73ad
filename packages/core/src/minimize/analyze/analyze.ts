import { checkNames } from '../../data/names.js';
import { check, count, number } from '../../tensor/checks.js';
import { misuse } from '../../tensor/errors.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { Values } from '../../tensor/values.js';
import type { Numeric } from '../numeric.js';
import { objectiveOf } from '../objective.js';
import { norm } from '../vectors.js';
import { KINDS, type Kind, kindOf } from './kind.js';
import type { MeasuredRates } from './measure.js';
import { observe } from './observe.js';
import { type BestRates, bestRates, type CriticalRates, criticalRates } from './rates.js';
import type { SecondMoment } from './second-moment.js';
import { spectrumOf } from './spectrum.js';

export interface AnalyzeOptions {
  /** β of the methods with momentum whose critical rates are asked for (default 0.9). */
  readonly momentum?: number;
  /** How small gradient and distance are to become, as a share of what they were, in predicted and measured steps (default 1e-6). */
  readonly tolerance?: number;
  /** Most steps of each run that rates are measured by (default 2000; 0 measures nothing). */
  readonly steps?: number;
  /** The gradient counts as 0 when ‖∇f‖₂ ≤ gradTol·max(1, L) (default 1e-5). */
  readonly gradTol?: number;
}

/** What can be said of a function at a point. */
export interface Analysis {
  /** f(x) */
  readonly value: number;
  /** ‖∇f(x)‖₂ */
  readonly gradNorm: number;
  readonly kind: Kind;
  /** The kind in words. */
  readonly message: string;
  /** The largest eigenvalue of the Hessian: the curvature along the direction where it is largest. */
  readonly lambdaMax: number;
  /** The smallest eigenvalue of the Hessian; below 0 where the function curves down. */
  readonly lambdaMin: number;
  /** L, the largest |λ|: the gradient changes by no more than L times the distance, close to x. */
  readonly smoothness: number;
  /** κ = λmax/λmin; infinite where λmin is not above 0. Gradient descent needs about κ steps for what takes one where κ is 1. */
  readonly conditionNumber: number;
  /** All eigenvalues, ascending; for more than 300 variables those that Lanczos' method found, of which the ends are right. */
  readonly eigenvalues: Float64Array;
  /** How they were found. */
  readonly by: 'eigh' | 'lanczos';
  /** How close λmin and λmax are to eigenvalues: to rounding, where 0. */
  readonly errors: readonly [least: number, largest: number];
  /** Rates above which methods diverge along the direction of λmax; undefined where λmax is not above 0. */
  readonly criticalRates: CriticalRates | undefined;
  /** Each method at its best, and the steps it takes on the quadratic of this curvature; undefined where λmin is below 0 or λmax is 0. */
  readonly predicted: BestRates | undefined;
  /** The same, seen in runs from a point nearby down to x; undefined elsewhere than at a minimum, or at a flat point with higher ones around. */
  readonly measured: MeasuredRates | undefined;
  /** Adam's second moment against the Hessian's diagonal; undefined where nothing was measured, or with more than 300 variables. */
  readonly secondMoment: SecondMoment | undefined;
  readonly derivatives: 'exact' | 'central differences';
  /** How often f was evaluated, with its gradient or a Hessian–vector product. */
  readonly evaluations: number;
}

/** Eigenvalues below this share of the largest are 0: rounding of exact derivatives, and of difference quotients. */
const ZERO = { exact: 1e-10, 'central differences': 1e-5 } as const;

/**
 * What the theory of gradient descent says about a function at a point, and whether runs bear it out: curvature, kind of point,
 * critical and best learning rates, steps to be expected, rates measured.
 *
 * The Hessian's eigenvalues are exact up to 300 variables (n Hessian–vector products); beyond, Lanczos' method finds both ends. Ask
 * at a minimum, as `analyze(f, minimize(f, x0).best.x)`, for how methods converge to it; anywhere, for how large a step may be there.
 *
 * At a minimum three methods are run at the rates that are best in theory, from a point nearby: 1e-5·max(1, ‖x‖) away (1e-3 with difference
 * quotients), in a random direction that is always the same. Where x is flat it is 0.1·max(1, ‖x‖), and the rates are 1/L, L the larger of
 * the curvatures here and there.
 *
 * @param f in tensor methods, or `numeric(f)`, whose curvature is good to some 5 digits
 * @param x where: a number, an array, or a tree of them by name
 * @param options `momentum`, `tolerance`, `steps`, `gradTol`
 * @throws for misuse only: f, its gradient or its Hessian not finite at x, f no scalar, an option out of range or unknown
 * @example
 * ```ts
 * import { analyze, type Tensor } from '@downslope/core';
 * const ravine = (x: Tensor) => x.square().mul([0.5, 50]).sum();
 * const { kind, conditionNumber, criticalRates, predicted, measured } = analyze(ravine, [0, 0]);
 * console.log(kind, conditionNumber, criticalRates?.gradientDescent); // minimum 100 0.02
 * console.log(predicted?.gradientDescent.steps, measured?.gradientDescent?.steps); // 691 691
 * ```
 */
export function analyze<P, V extends Values<P>>(
  f: (params: P) => Tensor,
  x: V,
  options?: AnalyzeOptions,
): Analysis;
export function analyze<V>(f: Numeric<V>, x: V, options?: AnalyzeOptions): Analysis;
export function analyze(f: unknown, x: unknown, options: AnalyzeOptions = {}): Analysis {
  const { momentum, tolerance, steps, gradTol } = checked(options);
  const objective = objectiveOf(f, x, 'float64', { caller: 'analyze', point: 'x' });
  const { start: at, derivatives } = objective;
  const { value, gradient } = objective.evaluate(at);
  const gradNorm = norm(gradient);
  if (!Number.isFinite(value) || !Number.isFinite(gradNorm))
    throw misuse(`analyze: f and its gradient must be finite at x, got ${value} and ‖∇f‖ = ${gradNorm}`);

  const spectrum = spectrumOf(at.length, (v) => objective.hessianTimes(at, v));
  const { values, errors, by } = spectrum;
  const [lambdaMin, lambdaMax] = [values[0]!, values[values.length - 1]!];
  if (!values.every(Number.isFinite))
    throw misuse('analyze: f must have second derivatives at x; its Hessian there is not finite');
  const smoothness = Math.max(-lambdaMin, lambdaMax);
  const zero = ZERO[derivatives] * smoothness;
  const kind = gradNorm > gradTol * Math.max(1, smoothness) ? 'notStationary' : kindOf(values, zero);

  const floor = lambdaMin > zero ? lambdaMin : 0;
  const predicted =
    lambdaMin >= -zero && lambdaMax > zero ? bestRates(floor, lambdaMax, tolerance) : undefined;
  const seen = steps > 0 ? observe(objective, spectrum, kind, { steps, tolerance }) : {};
  return {
    value,
    gradNorm,
    kind,
    message:
      errors[0] > Math.abs(lambdaMin) / 10
        ? `${KINDS[kind]}; but the smallest curvature is not settled`
        : KINDS[kind],
    lambdaMax,
    lambdaMin,
    smoothness,
    conditionNumber: lambdaMin > zero ? lambdaMax / lambdaMin : Number.POSITIVE_INFINITY,
    eigenvalues: values,
    by,
    errors,
    criticalRates: lambdaMax > zero ? criticalRates(lambdaMax, momentum) : undefined,
    predicted,
    measured: seen.measured,
    secondMoment: seen.secondMoment,
    derivatives,
    evaluations: objective.evaluations,
  };
}

function checked(options: AnalyzeOptions): Required<AnalyzeOptions> {
  checkNames('analyze', options, ['momentum', 'tolerance', 'steps', 'gradTol']);
  const { momentum = 0.9, tolerance = 1e-6, steps = 2000, gradTol = 1e-5 } = options;
  check(
    'analyze: momentum',
    momentum,
    number('in [0, 1)', (beta) => beta >= 0 && beta < 1),
  );
  check(
    'analyze: tolerance',
    tolerance,
    number('in (0, 1)', (share) => share > 0 && share < 1),
  );
  check(
    'analyze: gradTol',
    gradTol,
    number('at least 0', (most) => most >= 0),
  );
  if (steps !== 0) check('analyze: steps', steps, count, ', or 0');
  return { momentum, tolerance, steps, gradTol };
}
