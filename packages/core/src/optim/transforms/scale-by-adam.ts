import { debiased, movingAverage } from '../averages.js';
import { leafwise, zerosLike } from '../leaves.js';
import { checkOptions } from '../options.js';
import type { Schedulable, Transform } from '../transform.js';

export interface ScaleByAdamOptions {
  /** Decay of the average of gradients (default 0.9). */
  readonly beta1?: Schedulable;
  /** Decay of the average of squared gradients (default 0.999); lower it, to 0.95 or so, for very noisy gradients. */
  readonly beta2?: Schedulable;
  /** Keeps the denominator from zero, outside the root (default 1e-8). */
  readonly eps?: Schedulable;
  /** Divide by the largest v so far, not the latest (default false). */
  readonly amsgrad?: boolean;
}

/**
 * The average gradient, measured in its own recent size.
 *
 * m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g²; gives m̂/(√v̂ + ε) with m̂ = m/(1 − β₁ᵗ), v̂ = v/(1 − β₂ᵗ).
 * With `amsgrad` the largest v so far stands for v in v̂.
 *
 * Source: D. Kingma, J. Ba, "Adam: a method for stochastic optimization", 2015; S. Reddi, S. Kale, S. Kumar, "On the
 * convergence of Adam and beyond", 2018. The paper's AMSGrad has no bias correction; this is PyTorch's, which has.
 */
export function scaleByAdam(options: ScaleByAdamOptions = {}): Transform<'beta1' | 'beta2' | 'eps'> {
  checkOptions('scaleByAdam', options);
  const { beta1 = 0.9, beta2 = 0.999, eps = 1e-8, amsgrad = false } = options;
  return leafwise({
    name: 'scaleByAdam',
    hyper: { beta1, beta2, eps },
    init: (param) => ({
      m: zerosLike(param),
      v: zerosLike(param),
      ...(amsgrad && { vMax: zerosLike(param) }),
    }),
    update(g, state, { hyper: { beta1, beta2, eps }, step }) {
      const m = movingAverage(state.m, g, beta1);
      const v = movingAverage(state.v, g.square(), beta2);
      const vMax = state.vMax?.maximum(v);
      const mHat = debiased(m, beta1, step);
      const vHat = debiased(vMax ?? v, beta2, step);
      return [mHat.div(vHat.sqrt().add(eps)), { m, v, ...(vMax && { vMax }) }];
    },
  });
}
