import { type Problem, problem } from './problem.js';

const TUTORIALS = 'a staple of tutorials on gradient descent';

/** x² − 4x + 5: the first example of many tutorials. f″ = 2, so that gradient descent needs a rate below 1. */
export const parabola: Problem = problem({
  name: 'Parabola',
  formula: 'x² − 4x + 5',
  citation: TUTORIALS,
  domain: [[-4, 8]],
  start: [7],
  minima: [{ at: [2], value: 1 }],
  f: (x) => x.square().sub(x.mul(4)).add(5).sum(),
});

/** x⁴ − 3x³ + 2: flat at 0, where f′ = f″ = 0 and yet no minimum is; coming from the left, a descent lingers there. */
export const flatQuartic: Problem = problem({
  name: 'Flat quartic',
  formula: 'x⁴ − 3x³ + 2',
  citation: TUTORIALS,
  domain: [[-1, 3.5]],
  start: [-0.5],
  minima: [{ at: [9 / 4], value: 2 - 2187 / 256 }],
  f: (x) => x.sub(3).mul(x).mul(x).mul(x).add(2).sum(),
});

/** x⁴ − 8x² + x: two valleys; the left one is the deeper, which some tutorials have the other way round. */
export const twoValleys: Problem = problem({
  name: 'Two valleys',
  formula: 'x⁴ − 8x² + x',
  citation: TUTORIALS,
  domain: [[-3, 3]],
  start: [2.8],
  minima: [
    { at: [-2.0305466153533738], value: -18.0153881900072 },
    { at: [1.967985400681556], value: -14.01587709867181 },
  ],
  f: (x) => {
    const square = x.square();
    return square.sub(8).mul(square).add(x).sum();
  },
});

/** The functions of one variable, by name. */
export const ofOneVariable: Readonly<Record<string, Problem>> = { parabola, flatQuartic, twoValleys };
