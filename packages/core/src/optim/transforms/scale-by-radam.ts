import { debiased, epsHat, movingAverage, oneMinus, oneMinusPower } from '../averages.js';
import { leafwise, zerosLike } from '../leaves.js';
import { type Convention, optionsOf } from '../options.js';
import type { Schedulable, Transform } from '../transform.js';

export interface ScaleByRadamOptions {
  /** Decay of the average of gradients (default 0.9). */
  readonly beta1?: Schedulable;
  /** Decay of the average of squared gradients (default 0.999): the warm-up lasts some 2/(1 − β₂) steps. */
  readonly beta2?: Schedulable;
  /** Keeps the denominator from zero (default 1e-8): √v + ε before the bias correction, √v̂ + ε in optax's convention. */
  readonly eps?: Schedulable;
  /** Where ε stands; 'keras' has no RAdam, and is as 'optax' (default 'torch'). */
  readonly convention?: Convention;
}

export const SCALE_BY_RADAM = {
  beta1: 0.9,
  beta2: 0.999,
  eps: 1e-8,
  convention: 'torch',
} as const;

/**
 * Adam's scaling as far as its second moment can be trusted yet.
 *
 * ρ∞ = 2/(1 − β₂) − 1, ρₜ = ρ∞ − 2tβ₂ᵗ/(1 − β₂ᵗ); gives r·m̂/√v̂ where ρₜ > 5, else m̂, with
 * r² = (ρₜ − 4)(ρₜ − 2)ρ∞/((ρ∞ − 4)(ρ∞ − 2)ρₜ).
 *
 * Source: L. Liu et al., "On the variance of the adaptive learning rate and beyond", 2020.
 */
export function scaleByRadam(options: ScaleByRadamOptions = {}): Transform<'beta1' | 'beta2' | 'eps'> {
  const { beta1, beta2, eps, convention } = optionsOf('scaleByRadam', options, SCALE_BY_RADAM);
  return leafwise({
    name: 'scaleByRadam',
    hyper: { beta1, beta2, eps },
    init: (param) => ({ m: zerosLike(param), v: zerosLike(param) }),
    update(g, state, { hyper: { beta1, beta2, eps }, step }) {
      const m = movingAverage(state.m, g, beta1);
      const v = movingAverage(state.v, g.square(), beta2);
      const below = oneMinusPower(beta2, step);
      const limit = oneMinus(beta2).reciprocal().mul(2).sub(1);
      const rho = limit.sub(step.mul(oneMinus(below)).mul(2).div(below));
      const top = rho.sub(4).mul(rho.sub(2)).mul(limit);
      const bottom = limit.sub(4).mul(limit.sub(2)).mul(rho);
      const r = top.div(bottom).maximum(0).sqrt();
      const floor = convention === 'torch' ? epsHat(eps, beta2, step) : eps;
      const root = debiased(v, beta2, step).sqrt().add(floor);
      const mHat = debiased(m, beta1, step);
      return [rho.gt(5).where(mHat.mul(r).div(root), mHat), { m, v }];
    },
  });
}
