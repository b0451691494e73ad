import type { Tensor } from '../tensor/tensor.js';
import { rosenbrockIn, sphereIn, styblinskiTangIn } from './many.js';
import { cube, ofTwo, type Problem, problem, SURVEY } from './problem.js';

/** A bowl, as round as can be: `sphereIn(2)`. */
export const sphere: Problem = sphereIn(2);

/** A straight valley, 100 times as steep across as along: the zigzag of gradient descent, and what momentum is for. */
export const ravine: Problem = problem({
  name: 'Ravine',
  formula: '½(x² + 100y²)',
  citation: 'a quadratic of given curvature',
  domain: cube(2, -2, 2),
  start: [-1.8, 0.6],
  minima: [{ at: [0, 0], value: 0 }],
  f: ofTwo((x, y) => x.square().add(y.square().mul(100)).div(2)),
});

/** A bent valley with a nearly flat floor: `rosenbrockIn(2)`. */
export const rosenbrock: Problem = { ...rosenbrockIn(2), formula: '(1 − x)² + 100(y − x²)²' };

/** A flat floor with steep walls in the corners. */
export const beale: Problem = problem({
  name: 'Beale',
  formula: '(1.5 − x + xy)² + (2.25 − x + xy²)² + (2.625 − x + xy³)²',
  citation: 'E. Beale, On an iterative method for finding a local minimum, Princeton, 1958',
  domain: cube(2, -4.5, 4.5),
  start: [1, 1],
  minima: [{ at: [3, 0.5], value: 0 }],
  f: ofTwo((x, y) => {
    const part = (power: Tensor, c: number): Tensor => power.sub(1).mul(x).add(c).square();
    const y2 = y.square();
    return part(y, 1.5)
      .add(part(y2, 2.25))
      .add(part(y2.mul(y), 2.625));
  }),
});

/** Four minima of the same depth: which one is found depends on the start. */
export const himmelblau: Problem = problem({
  name: 'Himmelblau',
  formula: '(x² + y − 11)² + (x + y² − 7)²',
  citation: 'D. Himmelblau, Applied Nonlinear Programming, 1972',
  domain: cube(2, -5, 5),
  start: [0, -1],
  minima: [
    { at: [3, 2], value: 0 },
    { at: [-2.805118086952745, 3.131312518250573], value: 0 },
    { at: [-3.779310253377747, -3.2831859912861696], value: 0 },
    { at: [3.5844283403304917, -1.8481265269644036], value: 0 },
  ],
  f: ofTwo((x, y) => x.square().add(y).sub(11).square().add(y.square().add(x).sub(7).square())),
});

/** A quadratic valley along a diagonal. */
export const booth: Problem = problem({
  name: 'Booth',
  formula: '(x + 2y − 7)² + (2x + y − 5)²',
  citation: SURVEY,
  domain: cube(2, -10, 10),
  start: [-8, -4],
  minima: [{ at: [1, 3], value: 0 }],
  f: ofTwo((x, y) => y.mul(2).add(x).sub(7).square().add(x.mul(2).add(y).sub(5).square())),
});

/** A quadratic valley along the diagonal, nearly flat. */
export const matyas: Problem = problem({
  name: 'Matyas',
  formula: '0.26(x² + y²) − 0.48xy',
  citation: SURVEY,
  domain: cube(2, -10, 10),
  start: [9, -5],
  minima: [{ at: [0, 0], value: 0 }],
  f: ofTwo((x, y) => x.square().add(y.square()).mul(0.26).sub(x.mul(y).mul(0.48))),
});

/** Down on two sides, up on the other two; the start is just off the ridge. */
export const saddle: Problem = problem({
  name: 'Saddle',
  formula: 'x² − y²',
  citation: 'the simplest of its kind',
  domain: cube(2, -2, 2),
  start: [1.5, 0.01],
  minima: [],
  f: ofTwo((x, y) => x.square().sub(y.square())),
});

/** Three ways down, and a Hessian of zeros where they meet. */
export const monkeySaddle: Problem = problem({
  name: 'Monkey saddle',
  formula: 'x³ − 3xy²',
  citation: 'the simplest of its kind',
  domain: cube(2, -2, 2),
  start: [1, 0.05],
  minima: [],
  f: ofTwo((x, y) => x.square().sub(y.square().mul(3)).mul(x)),
});

/** Four valleys of different depths: `styblinskiTangIn(2)`. */
export const styblinskiTang: Problem = styblinskiTangIn(2);

/** Three valleys, the middle one the deepest. */
export const threeHumpCamel: Problem = problem({
  name: 'Three-hump camel',
  formula: '2x² − 1.05x⁴ + x⁶/6 + xy + y²',
  citation: SURVEY,
  domain: cube(2, -5, 5),
  view: cube(2, -2.5, 2.5),
  start: [-2.2, 2],
  minima: [
    { at: [0, 0], value: 0 },
    { at: [1.7475523458302888, -0.8737761729151444], value: 0.2986384422368598 },
    { at: [-1.7475523458302888, 0.8737761729151444], value: 0.2986384422368598 },
  ],
  f: ofTwo((x, y) => {
    const x2 = x.square();
    return x2.div(6).sub(1.05).mul(x2).add(2).mul(x2).add(x.add(y).mul(y));
  }),
});

/** Six valleys in three pairs; the deepest pair is listed. */
export const sixHumpCamel: Problem = problem({
  name: 'Six-hump camel',
  formula: '(4 − 2.1x² + x⁴/3)x² + xy + (−4 + 4y²)y²',
  citation: SURVEY,
  domain: [
    [-3, 3],
    [-2, 2],
  ],
  view: [
    [-2, 2],
    [-1.2, 1.2],
  ],
  start: [1.2, 0.3],
  minima: [
    { at: [0.08984201310031806, -0.7126564030207396], value: -1.0316284534898774 },
    { at: [-0.08984201310031806, 0.7126564030207396], value: -1.0316284534898774 },
  ],
  f: ofTwo((x, y) => {
    const [x2, y2] = [x.square(), y.square()];
    const alongX = x2.div(3).sub(2.1).mul(x2).add(4).mul(x2);
    return alongX.add(x.mul(y)).add(y2.sub(1).mul(y2).mul(4));
  }),
});

/** Values from 3 to a million within a few steps: a test of scaling. */
export const goldsteinPrice: Problem = problem({
  name: 'Goldstein–Price',
  formula:
    '[1 + (x + y + 1)²(19 − 14x + 3x² − 14y + 6xy + 3y²)] · [30 + (2x − 3y)²(18 − 32x + 12x² + 48y − 36xy + 27y²)]',
  citation: 'A. Goldstein and J. Price, Mathematics of Computation 25(115), 1971',
  domain: cube(2, -2, 2),
  start: [0.4, -0.4],
  minima: [
    { at: [0, -1], value: 3 },
    { at: [-0.6, -0.4], value: 30 },
    { at: [1.8, 0.2], value: 84 },
    { at: [1.2, 0.8], value: 840 },
  ],
  f: ofTwo((x, y) => {
    // With s = x + y and d = 2x − 3y the long brackets are 19 − 14s + 3s² and 18 − 16d + 3d².
    const s = x.add(y);
    const d = x.mul(2).sub(y.mul(3));
    const first = s.add(1).square().mul(s.mul(3).sub(14).mul(s).add(19)).add(1);
    const second = d.square().mul(d.mul(3).sub(16).mul(d).add(18)).add(30);
    return first.mul(second);
  }),
});
