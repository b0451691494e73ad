import type { Tensor } from '../tensor/tensor.js';
import { ackleyIn, rastriginIn } from './many.js';
import { cube, ofTwo, type Problem, problem, SURVEY } from './problem.js';

/** A bowl full of pits: `rastriginIn(2)`. */
export const rastrigin: Problem = rastriginIn(2);

/** A pitted plain with a cusp in the middle: `ackleyIn(2)`. */
export const ackley: Problem = ackleyIn(2);

/** A wave along a slope: a deep valley, and past a ridge a higher one. */
export const mcCormick: Problem = problem({
  name: 'McCormick',
  formula: 'sin(x + y) + (x − y)² − 1.5x + 2.5y + 1',
  citation: SURVEY,
  domain: [
    [-1.5, 4],
    [-3, 4],
  ],
  start: [1.5, 1],
  minima: [
    { at: [0.5 - Math.PI / 3, -0.5 - Math.PI / 3], value: -Math.sqrt(3) / 2 - Math.PI / 3 },
    { at: [0.5 + (2 * Math.PI) / 3, -0.5 + (2 * Math.PI) / 3], value: -Math.sqrt(3) / 2 + (2 * Math.PI) / 3 },
  ],
  f: ofTwo((x, y) => x.add(y).sin().add(x.sub(y).square()).sub(x.mul(1.5)).add(y.mul(2.5)).add(1)),
});

/** A needle's eye in a plain: farther off, the gradient is 0 to the last digit and nothing leads down. */
export const easom: Problem = problem({
  name: 'Easom',
  formula: '−cos x cos y exp(−(x − π)² − (y − π)²)',
  citation: 'E. Easom, A Survey of Global Optimization Techniques, University of Louisville, 1990',
  domain: cube(2, -100, 100),
  view: cube(2, -10, 10),
  start: [2.2, 3.8],
  minima: [{ at: [Math.PI, Math.PI], value: -1 }],
  f: ofTwo((x, y) => {
    const distance = x.sub(Math.PI).square().add(y.sub(Math.PI).square());
    return x.cos().mul(y.cos()).mul(distance.neg().exp()).neg();
  }),
});

/** A washboard with steep grooves. */
export const levy13: Problem = problem({
  name: 'Lévy 13',
  formula: 'sin² 3πx + (x − 1)²(1 + sin² 3πy) + (y − 1)²(1 + sin² 2πy)',
  citation: SURVEY,
  domain: cube(2, -10, 10),
  start: [-3.3, 4.2],
  minima: [{ at: [1, 1], value: 0 }],
  f: ofTwo((x, y) => {
    const ripple = (z: Tensor, k: number): Tensor =>
      z
        .mul(k * Math.PI)
        .sin()
        .square();
    const acrossX = x.sub(1).square().mul(ripple(y, 3).add(1));
    const acrossY = y.sub(1).square().mul(ripple(y, 2).add(1));
    return ripple(x, 3).add(acrossX).add(acrossY);
  }),
});

/** Three minima of the same depth in a row. */
export const branin: Problem = problem({
  name: 'Branin',
  formula: '(y − 5.1x²/4π² + 5x/π − 6)² + 10(1 − 1/8π) cos x + 10',
  citation: 'F. Branin, IBM Journal of Research and Development 16(5), 1972',
  domain: [
    [-5, 10],
    [0, 15],
  ],
  start: [6, 12],
  minima: [
    { at: [-Math.PI, 12.275], value: 5 / (4 * Math.PI) },
    { at: [Math.PI, 2.275], value: 5 / (4 * Math.PI) },
    { at: [3 * Math.PI, 2.475], value: 5 / (4 * Math.PI) },
  ],
  f: ofTwo((x, y) => {
    const bend = x
      .mul(-5.1 / (4 * Math.PI ** 2))
      .add(5 / Math.PI)
      .mul(x);
    const wave = x.cos().mul(10 - 10 / (8 * Math.PI));
    return y.add(bend).sub(6).square().add(wave).add(10);
  }),
});

/** A bowl with ripples, the first of three functions of that name. */
export const bohachevsky: Problem = problem({
  name: 'Bohachevsky 1',
  formula: 'x² + 2y² − 0.3 cos 3πx − 0.4 cos 4πy + 0.7',
  citation: 'I. Bohachevsky, M. Johnson and M. Stein, Technometrics 28(3), 1986',
  domain: cube(2, -100, 100),
  view: cube(2, -2, 2),
  start: [-1.3, 0.9],
  minima: [{ at: [0, 0], value: 0 }],
  f: ofTwo((x, y) => {
    const ripples = x
      .mul(3 * Math.PI)
      .cos()
      .mul(0.3)
      .add(
        y
          .mul(4 * Math.PI)
          .cos()
          .mul(0.4),
      );
    return x.square().add(y.square().mul(2)).sub(ripples).add(0.7);
  }),
});
