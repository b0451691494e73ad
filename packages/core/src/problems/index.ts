export { equations } from './equations.js';
export { fits } from './fits.js';
export { flatQuartic, ofOneVariable, parabola, twoValleys } from './line.js';
export {
  ackleyIn,
  quadratic,
  rastriginIn,
  rosenbrockIn,
  spectrum,
  sphereIn,
  styblinskiTangIn,
} from './many.js';
export { ofTwoVariables } from './plane.js';
export {
  beale,
  booth,
  goldsteinPrice,
  himmelblau,
  matyas,
  monkeySaddle,
  ravine,
  rosenbrock,
  saddle,
  sixHumpCamel,
  sphere,
  styblinskiTang,
  threeHumpCamel,
} from './polynomials.js';
export type { Interval, KnownMinimum, Problem } from './problem.js';
export type { LeastSquaresProblem } from './squares.js';
export { ackley, bohachevsky, branin, easom, levy13, mcCormick, rastrigin } from './waves.js';
