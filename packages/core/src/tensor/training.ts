import type { FloatType } from './dtype.js';
import type { Shape } from './shape.js';
import { Tensor } from './tensor.js';

/** What a model is given beside its inputs while it is trained. Evaluation and prediction go without. */
export interface Training {
  /**
   * Random numbers, uniform on [0, 1): others at each step, and the same whenever that step is taken again.
   *
   * They are a pure function of (seed, step, name, element): those that `random(seed, name, step)` draws. When one pass
   * through the model asks for a name again (two layers of one kind), the name is numbered, so that no two draws are
   * alike. A truth value that holds with probability p is `training.uniform(…).lt(p)`.
   *
   * @param name what the numbers are for: `'dropout'`
   */
  uniform(name: string, shape: Shape, dtype: FloatType): Tensor;
}

/**
 * One pass through a model at a step of its training. `fit` makes it by itself; this is for training steps of one's own.
 *
 * @param seed an integer from 0 to 2⁵³ − 1, as a float64 scalar of the program
 * @param step the number of the step, from 0 to 2³² − 1, likewise: both are inputs, so that nothing is compiled again
 * @example
 * ```ts
 * import { compile, dropout, type Tensor, trainingPass } from '@downslope/core';
 * const layer = dropout({ rate: 0.5 });
 * const drop = compile((x: Tensor, seed: Tensor, step: Tensor) => layer.apply({}, x, trainingPass(seed, step)));
 * console.log(drop([1, 1, 1, 1], 7, 0).data); // each of them 0 or 2
 * ```
 */
export function trainingPass(seed: Tensor, step: Tensor): Training {
  const { builder } = seed;
  const draws = new Map<string, number>();
  return {
    uniform(name, shape, dtype) {
      const before = draws.get(name) ?? 0;
      draws.set(name, before + 1);
      const params = { shape, dtype, name: before === 0 ? name : `${name}#${before}` };
      return new Tensor(builder, builder.node('uniform', [seed.node, step.node], params));
    },
  };
}
