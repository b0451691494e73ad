import { debiased, movingAverage } from '../averages.js';
import { chain, nameTransform } from '../chain.js';
import { leafwise, zerosLike } from '../leaves.js';
import { optionsOf } from '../options.js';
import type { Schedulable, Transform } from '../transform.js';
import { scaleByLearningRate } from '../transforms/scale-by-learning-rate.js';

export interface QhAdamOptions {
  /** Learning rate: about the largest change of a parameter in one step (default 0.001). */
  readonly lr?: Schedulable;
  /** Decay of the average of gradients (default 0.995). */
  readonly beta1?: Schedulable;
  /** Decay of the average of squared gradients (default 0.999). */
  readonly beta2?: Schedulable;
  /** Share of the average gradient in the numerator (default 0.7); 1 is Adam's. */
  readonly nu1?: Schedulable;
  /** Share of the average square in the denominator (default 1). */
  readonly nu2?: Schedulable;
  /** Keeps the denominator from zero, outside the root (default 1e-8). */
  readonly eps?: Schedulable;
}

/**
 * QHAdam: Adam whose averages are mixed with the gradient of the day.
 *
 * m, v as in `adam`; x ← x − lr·((1 − ν₁)g + ν₁m̂)/(√((1 − ν₂)g² + ν₂v̂) + ε). Two more numbers a parameter are kept.
 *
 * @throws when an option is out of range
 * @example
 * ```ts
 * import { qhAdam } from '@downslope/core';
 * const optimizer = qhAdam({ lr: 0.003 });
 * ```
 *
 * Source: J. Ma, D. Yarats, "Quasi-hyperbolic momentum and Adam for deep learning", 2019.
 */
export function qhAdam(options: QhAdamOptions = {}): Transform {
  const defaults = { lr: 1e-3, beta1: 0.995, beta2: 0.999, nu1: 0.7, nu2: 1, eps: 1e-8 };
  const { lr, ...hyper } = optionsOf('qhAdam', options, defaults);
  const scaleByQhAdam = leafwise({
    name: 'scaleByQhAdam',
    hyper,
    init: (param) => ({ m: zerosLike(param), v: zerosLike(param) }),
    update(g, state, { hyper: { beta1, beta2, nu1, nu2, eps }, step }) {
      const m = movingAverage(state.m, g, beta1);
      const v = movingAverage(state.v, g.square(), beta2);
      const up = movingAverage(debiased(m, beta1, step), g, nu1);
      const down = movingAverage(debiased(v, beta2, step), g.square(), nu2);
      return [up.div(down.sqrt().add(eps)), { m, v }];
    },
  });
  return nameTransform('qhAdam', chain(scaleByQhAdam, scaleByLearningRate(lr)));
}
