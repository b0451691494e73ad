import { chain, nameTransform } from '../chain.js';
import { optionsOf } from '../options.js';
import type { Schedulable, Transform } from '../transform.js';
import { addDecayedWeights } from '../transforms/add-decayed-weights.js';
import { type ScaleByAdamOptions, scaleByAdam } from '../transforms/scale-by-adam.js';
import { scaleByLearningRate } from '../transforms/scale-by-learning-rate.js';
import { type ScaleByTrustRatioOptions, scaleByTrustRatio } from '../transforms/scale-by-trust-ratio.js';

export interface LambOptions
  extends Pick<ScaleByAdamOptions, 'beta1' | 'beta2'>,
    Pick<ScaleByTrustRatioOptions, 'trustCoefficient'> {
  /** Learning rate: the change of a parameter array in one step, as a part of its length (default 0.001). */
  readonly lr?: Schedulable;
  /** Keeps Adam's denominator from zero, outside the root (default 1e-6). */
  readonly eps?: Schedulable;
  /** λ of a decay beside the scaled gradient, inside the trust ratio (default 0; the paper 0.01). */
  readonly weightDecay?: Schedulable;
}

/**
 * LAMB: Adam's direction, of a length in proportion to the parameter array that it moves. For very large batches.
 *
 * u = m̂/(√v̂ + ε) + λx; x ← x − lr·η(‖x‖/‖u‖)·u, η the `trustCoefficient`, norms over one parameter array at a time; the ratio is 1 where either
 * norm is 0. Two more numbers a parameter are kept.
 *
 * @throws when an option is out of range
 * @example
 * ```ts
 * import { lamb } from '@downslope/core';
 * const optimizer = lamb({ lr: 0.01, weightDecay: 0.01 });
 * ```
 *
 * Source: Y. You et al., "Large batch optimization for deep learning: training BERT in 76 minutes", 2020. As in optax,
 * ‖x‖ is not clipped and every array is adapted, biases too.
 */
export function lamb(options: LambOptions = {}): Transform {
  const { lr, beta1, beta2, eps, weightDecay, trustCoefficient } = optionsOf('lamb', options, {
    lr: 1e-3,
    beta1: 0.9,
    beta2: 0.999,
    eps: 1e-6,
    weightDecay: 0,
    trustCoefficient: 1,
  });
  return nameTransform(
    'lamb',
    chain(
      scaleByAdam({ beta1, beta2, eps }),
      weightDecay !== 0 && addDecayedWeights(weightDecay),
      scaleByTrustRatio({ trustCoefficient }),
      scaleByLearningRate(lr),
    ),
  );
}
