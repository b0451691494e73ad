import type { Tensor } from '../../tensor/tensor.js';
import { debiased, movingAverage, oneMinus } from '../averages.js';
import { chain, nameTransform } from '../chain.js';
import { leafwise, zerosLike } from '../leaves.js';
import { checkOptions } from '../options.js';
import type { Schedulable, Transform } from '../transform.js';
import { addDecayedWeights } from '../transforms/add-decayed-weights.js';
import type { ScaleByAdamOptions } from '../transforms/scale-by-adam.js';
import { scaleByLearningRate } from '../transforms/scale-by-learning-rate.js';

export interface AdEMAMixOptions extends Pick<ScaleByAdamOptions, 'beta1' | 'beta2' | 'eps'> {
  /** Learning rate (default 0.001): about the largest change of a parameter in one step is (1 + alpha)·lr. */
  readonly lr?: Schedulable;
  /** Decay of the slow average of gradients (default 0.9999: it remembers some 10,000 steps). */
  readonly beta3?: Schedulable;
  /** α: weight of the slow average (default 5). */
  readonly alpha?: Schedulable;
  /** Let α rise from 0 over so many steps (default: no rise); give all steps of the run, or most. */
  readonly alphaWarmup?: number;
  /** Let β₃ rise from β₁ over so many steps (default: no rise). */
  readonly beta3Warmup?: number;
  /** λ: each step shrinks every parameter by the part lr·λ (default 0). */
  readonly weightDecay?: Schedulable;
}

/**
 * AdEMAMix: Adam with a second, much longer memory of gradients beside the first. For long runs.
 *
 * m₁ ← β₁m₁ + (1 − β₁)g; m₂ ← β₃m₂ + (1 − β₃)g; v as in `adam`; x ← x − lr·((m̂₁ + αm₂)/(√v̂ + ε) + λx). m₂ is not
 * debiased. Rising, α is α·min(1, t/T), and β₃ has a half-life that grows evenly. Three more numbers a parameter.
 *
 * @throws when an option is out of range
 * @example
 * ```ts
 * import { adEMAMix } from '@downslope/core';
 * const optimizer = adEMAMix({ lr: 1e-3, alphaWarmup: 5000, beta3Warmup: 5000 });
 * ```
 *
 * Source: M. Pagliardini, P. Ablin, D. Grangier, "The AdEMAMix optimizer: better, faster, older", 2024.
 */
export function adEMAMix(options: AdEMAMixOptions = {}): Transform {
  checkOptions('adEMAMix', options);
  const { lr = 1e-3, weightDecay = 0 } = options;
  return nameTransform(
    'adEMAMix',
    chain(
      scaleByAdEMAMix(options),
      weightDecay !== 0 && addDecayedWeights(weightDecay),
      scaleByLearningRate(lr),
    ),
  );
}

function scaleByAdEMAMix(options: AdEMAMixOptions) {
  const { beta1 = 0.9, beta2 = 0.999, beta3 = 0.9999, alpha = 5, eps = 1e-8 } = options;
  const { alphaWarmup, beta3Warmup } = options;
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
  const [from, to] = [low.log(), high.log()];
  return from
    .mul(to)
    .div(oneMinus(part).mul(to).add(part.mul(from)))
    .exp()
    .minimum(high);
};
