import { movingAverage } from '../averages.js';
import { leafwise, zerosLike } from '../leaves.js';
import { checkOptions } from '../options.js';
import type { Schedulable, Transform } from '../transform.js';

export interface ScaleByRmsOptions {
  /** Decay of the average of squared gradients (default 0.99). */
  readonly alpha?: Schedulable;
  /** Keeps the denominator from zero, outside the root (default 1e-8). */
  readonly eps?: Schedulable;
  /** Divide by the standard deviation of the gradients, not by their root mean square (default false). */
  readonly centered?: boolean;
}

/**
 * Each update in units of its own recent size.
 *
 * v ← αv + (1 − α)g²; gives g/(√v + ε). With `centered`, a ← αa + (1 − α)g and v − a² stands for v.
 *
 * Source: T. Tieleman, G. Hinton, "Lecture 6.5: rmsprop", 2012; A. Graves, "Generating sequences with recurrent neural
 * networks", 2013, for the centred form. ε stands where PyTorch has it.
 */
export function scaleByRms(options: ScaleByRmsOptions = {}): Transform<'alpha' | 'eps'> {
  checkOptions('scaleByRms', options);
  const { alpha = 0.99, eps = 1e-8, centered = false } = options;
  return leafwise({
    name: 'scaleByRms',
    hyper: { alpha, eps },
    init: (param) => ({ v: zerosLike(param), ...(centered && { a: zerosLike(param) }) }),
    update(g, state, { hyper: { alpha, eps } }) {
      const v = movingAverage(state.v, g.square(), alpha);
      const a = state.a && movingAverage(state.a, g, alpha);
      // Rounding can take the variance of a constant gradient just below zero.
      const power = a ? v.sub(a.square()).maximum(0) : v;
      return [g.div(power.sqrt().add(eps)), { v, ...(a && { a }) }];
    },
  });
}
