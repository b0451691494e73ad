export { type Analysis, type AnalyzeOptions, analyze } from './analyze/analyze.js';
export { KINDS, type Kind } from './analyze/kind.js';
export type { MeasuredRate, MeasuredRates } from './analyze/measure.js';
export {
  type BestRate,
  type BestRates,
  bestRates,
  type CriticalRates,
  criticalRates,
} from './analyze/rates.js';
export type { SecondMoment } from './analyze/second-moment.js';
export type { Bounds, Side } from './bounds.js';
export { type LeastSquaresOptions, leastSquares } from './least-squares.js';
export {
  type Cost,
  type LinearFit,
  type LinearLeastSquaresOptions,
  linearLeastSquares,
} from './linear-least-squares.js';
export type { Failure, Method, Point } from './method.js';
export { acceleratedGradient } from './methods/accelerated-gradient.js';
export { type ConjugateGradientOptions, conjugateGradient } from './methods/conjugate-gradient.js';
export { type CoordinateDescentOptions, coordinateDescent } from './methods/coordinate-descent.js';
export { type GradientDescentOptions, gradientDescent } from './methods/gradient-descent.js';
export { type LbfgsOptions, lbfgs } from './methods/lbfgs.js';
export { newton } from './methods/newton.js';
export { newtonCG } from './methods/newton-cg.js';
export type { TorchLbfgsOptions } from './methods/torch-lbfgs.js';
export { descent, type MinimizeOptions, type Minimum, type MinimumPoint, minimize } from './minimize.js';
export { type Numeric, type NumericOptions, numeric } from './numeric.js';
export { byValue, heats, type Placing, type RaceOptions, type Runner, race } from './race.js';
export { type BestOfMany, type RandomRestartsOptions, randomRestarts } from './random-restarts.js';
export { type BacktrackingOptions, backtracking } from './search/backtracking.js';
export { type Found, type Reached, strongWolfe, type WolfeOptions } from './search/strong-wolfe.js';
export { STATUS, type Status } from './status.js';
export {
  abortOn,
  allOf,
  anyOf,
  gradTol,
  lossTol,
  maxEvaluations,
  maxSteps,
  type Progress,
  type Rule,
  stepTol,
  target,
  timeLimit,
} from './stop.js';
