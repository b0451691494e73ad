export { type LeastSquaresOptions, leastSquares } from './least-squares.js';
export type { Failure, Method, Point } from './method.js';
export { type LbfgsOptions, lbfgs } from './methods/lbfgs.js';
export { descent, type MinimizeOptions, type Minimum, minimize, type PointLike } from './minimize.js';
export { type Numeric, numeric } from './numeric.js';
export { STATUS, type Status } from './status.js';
export {
  abortOn,
  allOf,
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
