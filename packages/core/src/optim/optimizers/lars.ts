import { chain, nameTransform } from '../chain.js';
import { optionsOf } from '../options.js';
import type { Schedulable, Transform } from '../transform.js';
import { addDecayedWeights } from '../transforms/add-decayed-weights.js';
import { addMomentum } from '../transforms/add-momentum.js';
import { scaleByLearningRate } from '../transforms/scale-by-learning-rate.js';
import { type ScaleByTrustRatioOptions, scaleByTrustRatio } from '../transforms/scale-by-trust-ratio.js';

export interface LarsOptions extends ScaleByTrustRatioOptions {
  /** Learning rate (default 1). */
  readonly lr?: Schedulable;
  /** μ: how much of the last step is kept (default 0.9). */
  readonly momentum?: Schedulable;
  /** Step along the momentum as it will stand (default false). */
  readonly nesterov?: boolean;
  /** λ of an L2 penalty ½λ‖x‖² (default 0). */
  readonly weightDecay?: Schedulable;
  /** η: the change of a parameter array in one step at lr = 1, as a part of its length (default 0.001). */
  readonly trustCoefficient?: Schedulable;
}

/**
 * LARS: SGD with momentum whose steps are in proportion to the parameter array that they move. For very large batches.
 *
 * u = g + λx; r = η‖x‖/(‖u‖ + ε) for one parameter array at a time, 1 where either norm is 0; b ← μb + lr·r·u;
 * x ← x − b, or x − (lr·r·u + μb) with `nesterov`. One more number a parameter is kept.
 *
 * @throws when an option is out of range
 * @example
 * ```ts
 * import { lars } from '@downslope/core';
 * const optimizer = lars({ lr: 4, weightDecay: 1e-4 });
 * ```
 *
 * Source: Y. You, I. Gitman, B. Ginsburg, "Large batch training of convolutional networks", 2017. As in optax, the norm
 * is that of g + λx (the paper adds the norms) and every array is adapted, biases too.
 */
export function lars(options: LarsOptions = {}): Transform {
  const { lr, momentum, nesterov, weightDecay, trustCoefficient, eps } = optionsOf('lars', options, {
    lr: 1,
    momentum: 0.9,
    nesterov: false,
    weightDecay: 0,
    trustCoefficient: 1e-3,
    eps: 0,
  });
  return nameTransform(
    'lars',
    chain(
      weightDecay !== 0 && addDecayedWeights(weightDecay),
      scaleByTrustRatio({ trustCoefficient, eps }),
      scaleByLearningRate(lr),
      momentum !== 0 && addMomentum({ momentum, nesterov }),
    ),
  );
}
