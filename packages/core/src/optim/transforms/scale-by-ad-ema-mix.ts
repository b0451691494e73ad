import type { Tensor } from '../../tensor/tensor.js';
import { debiased, movingAverage, oneMinus } from '../averages.js';
import { leafwise, zerosLike } from '../leaves.js';
import { optionsOf } from '../options.js';
import type { Schedulable, Transform } from '../transform.js';
import type { ScaleByAdamOptions } from './scale-by-adam.js';

export interface ScaleByAdEMAMixOptions extends Pick<ScaleByAdamOptions, 'beta1' | 'beta2' | 'eps'> {
  /** Decay of the slow average of gradients (default 0.9999: it remembers some 10,000 steps). */
  readonly beta3?: Schedulable;
  /** α: weight of the slow average (default 5). */
  readonly alpha?: Schedulable;
  /** Let α rise from 0 over so many steps (default: no rise); give all steps of the run, or most. */
  readonly alphaWarmup?: number;
  /** Let β₃ rise from β₁ over so many steps (default: no rise). */
  readonly beta3Warmup?: number;
}

export const SCALE_BY_AD_EMA_MIX = {
  beta1: 0.9,
  beta2: 0.999,
  beta3: 0.9999,
  alpha: 5,
  eps: 1e-8,
  alphaWarmup: undefined,
  beta3Warmup: undefined,
} as const;

/**
 * Adam's scaling of two averages of gradients, a fast and a slow one.
 *
 * m₁ ← β₁m₁ + (1 − β₁)g; m₂ ← β₃m₂ + (1 − β₃)g; v as in `scaleByAdam`; gives (m̂₁ + αm₂)/(√v̂ + ε). m₂ is not debiased.
 *
 * Source: M. Pagliardini, P. Ablin, D. Grangier, "The AdEMAMix optimizer: better, faster, older", 2024.
 */
export function scaleByAdEMAMix(
  options: ScaleByAdEMAMixOptions = {},
): Transform<'beta1' | 'beta2' | 'beta3' | 'alpha' | 'eps'> {
  const filled = optionsOf('scaleByAdEMAMix', options, SCALE_BY_AD_EMA_MIX);
  const { beta1, beta2, beta3, alpha, eps, alphaWarmup, beta3Warmup } = filled;
  return leafwise({
    name: 'scaleByAdEMAMix',
    hyper: { beta1, beta2, beta3, alpha, eps },
    init: (param) => ({ m1: zerosLike(param), m2: zerosLike(param), v: zerosLike(param) }),
    update(g, state, { hyper: { beta1, beta2, beta3, alpha, eps }, step }) {
      const done = (steps: number): Tensor => step.div(steps).minimum(1);
      const weight = alphaWarmup === undefined ? alpha : alpha.mul(done(alphaWarmup));
      const slow = beta3Warmup === undefined ? beta3 : between(beta1, beta3, done(beta3Warmup));
      const m1 = movingAverage(state.m1, g, beta1);
      const m2 = movingAverage(state.m2, g, slow);
      const v = movingAverage(state.v, g.square(), beta2);
      const mixed = debiased(m1, beta1, step).add(m2.mul(weight));
      return [mixed.div(debiased(v, beta2, step).sqrt().add(eps)), { m1, m2, v }];
    },
  });
}

/** The decay whose half-life, ln ½/ln β, is the part `part` of the way from that of `low` to that of `high`. */
const between = (low: Tensor, high: Tensor, part: Tensor): Tensor => {
  const pace = oneMinus(part).div(low.log()).add(part.div(high.log()));
  return pace.reciprocal().exp().minimum(high);
};
