import {
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
import type { Problem } from './problem.js';
import { ackley, bohachevsky, branin, easom, levy13, mcCormick, rastrigin } from './waves.js';

/** The functions of two variables, by name. */
export const ofTwoVariables: Readonly<Record<string, Problem>> = {
  sphere,
  ravine,
  rosenbrock,
  beale,
  himmelblau,
  rastrigin,
  ackley,
  booth,
  matyas,
  saddle,
  monkeySaddle,
  styblinskiTang,
  threeHumpCamel,
  sixHumpCamel,
  goldsteinPrice,
  mcCormick,
  easom,
  levy13,
  branin,
  bohachevsky,
};
