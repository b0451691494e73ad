import { array } from '../../tensor/array.js';
import type { Tensor } from '../../tensor/tensor.js';
import { debiased, movingAverage, oneMinus } from '../averages.js';
import { leafwise, zerosLike } from '../leaves.js';
import { type Convention, optionsOf } from '../options.js';
import type { Schedulable, Transform } from '../transform.js';

/** ln 0.96 */
const LN_096 = -0.040821994520255166;

export interface ScaleByNadamOptions {
  /** β₁, towards which the momentum μ rises (default 0.9). */
  readonly beta1?: Schedulable;
  /** Decay of the average of squared gradients (default 0.999). */
  readonly beta2?: Schedulable;
  /** Keeps the denominator from zero, outside the root (default 1e-8; Keras 1e-7). */
  readonly eps?: Schedulable;
  /** ψ: how fast the momentum rises (default 0.004; Keras 1). */
  readonly momentumDecay?: Schedulable;
  /** 'optax' keeps μ at β₁; 'keras' has other defaults (default 'torch'). */
  readonly convention?: Convention;
}

export const SCALE_BY_NADAM = {
  beta1: 0.9,
  beta2: 0.999,
  eps: undefined,
  momentumDecay: undefined,
  convention: 'torch',
} as const;

/**
 * Adam's scaling with Nesterov's look ahead: the average gradient as it will stand one step on.
 *
 * μₜ = β₁(1 − ½·0.96^(tψ)), Pₜ = μ₁⋯μₜ; m and v as in `scaleByAdam`;
 * gives ((1 − μₜ)/(1 − Pₜ)·g + μₜ₊₁/(1 − Pₜμₜ₊₁)·m)/(√v̂ + ε).
 *
 * Source: T. Dozat, "Incorporating Nesterov momentum into Adam", 2016, in PyTorch's form.
 */
export function scaleByNadam(
  options: ScaleByNadamOptions = {},
): Transform<'beta1' | 'beta2' | 'eps' | 'momentumDecay'> {
  const filled = optionsOf('scaleByNadam', options, SCALE_BY_NADAM);
  const { beta1, beta2, convention } = filled;
  const keras = convention === 'keras';
  const { eps = keras ? 1e-7 : 1e-8, momentumDecay = keras ? 1 : 0.004 } = filled;
  return leafwise({
    name: 'scaleByNadam',
    hyper: { beta1, beta2, eps, momentumDecay },
    init: (param) => ({ m: zerosLike(param), v: zerosLike(param), product: array(1) }),
    update(g, state, { hyper: { beta1, beta2, eps, momentumDecay }, step }) {
      const mu = (t: Tensor) =>
        convention === 'optax' ? beta1 : oneMinus(t.mul(momentumDecay).mul(LN_096).exp().mul(0.5)).mul(beta1);
      const m = movingAverage(state.m, g, beta1);
      const v = movingAverage(state.v, g.square(), beta2);
      const now = mu(step);
      const next = mu(step.add(1));
      const product = state.product.mul(now);
      const ahead = g
        .mul(oneMinus(now).div(oneMinus(product)))
        .add(m.mul(next.div(oneMinus(product.mul(next)))));
      return [ahead.div(debiased(v, beta2, step).sqrt().add(eps)), { m, v, product }];
    },
  });
}
