import { chain, nameTransform } from '../chain.js';
import { optionsOf } from '../options.js';
import type { Schedulable, Transform } from '../transform.js';
import { addDecayedWeights } from '../transforms/add-decayed-weights.js';
import {
  SCALE_BY_AD_EMA_MIX,
  type ScaleByAdEMAMixOptions,
  scaleByAdEMAMix,
} from '../transforms/scale-by-ad-ema-mix.js';
import { scaleByLearningRate } from '../transforms/scale-by-learning-rate.js';

export interface AdEMAMixOptions extends ScaleByAdEMAMixOptions {
  /** Learning rate (default 0.001): about the largest change of a parameter in one step is (1 + alpha)·lr. */
  readonly lr?: Schedulable;
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
  const defaults = { lr: 1e-3, weightDecay: 0, ...SCALE_BY_AD_EMA_MIX } as const;
  const { lr, weightDecay, ...scaling } = optionsOf('adEMAMix', options, defaults);
  return nameTransform(
    'adEMAMix',
    chain(
      scaleByAdEMAMix(scaling),
      weightDecay !== 0 && addDecayedWeights(weightDecay),
      scaleByLearningRate(lr),
    ),
  );
}
