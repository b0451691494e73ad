import { chain, nameTransform } from '../chain.js';
import { optionsOf } from '../options.js';
import type { Schedulable, Transform } from '../transform.js';
import { addDecayedWeights } from '../transforms/add-decayed-weights.js';
import { type ScaleByAdamOptions, scaleByAdam } from '../transforms/scale-by-adam.js';
import { scaleByLearningRate } from '../transforms/scale-by-learning-rate.js';
import type { Selector } from '../transforms/select.js';
import { ADAM } from './adam.js';

const WEIGHT_DECAY = { torch: 0.01, optax: 1e-4, keras: 0.004 };

export interface AdamWOptions extends ScaleByAdamOptions {
  /** Learning rate: about the largest change of a parameter in one step (default 0.001). */
  readonly lr?: Schedulable;
  /** λ: each step shrinks every parameter by the part lr·λ (default 0.01; optax 1e-4, Keras 0.004). */
  readonly weightDecay?: Schedulable;
  /** What weight decay is for, by name or shape (default all parameters); see `matrices`. */
  readonly decayOnly?: Selector;
}

/**
 * Adam with weight decay beside the scaled gradient, not inside it.
 *
 * x ← x − lr·(m̂/(√v̂ + ε) + λx), with m̂ and v̂ of ∇f(x) as in `adam`. Unlike Adam's L2 penalty the decay does not
 * depend on the size of the gradient.
 *
 * @throws when an option is out of range
 * @example
 * ```ts
 * import { adamW } from '@downslope/core';
 * const optimizer = adamW({ lr: 0.003, weightDecay: 0.05 });
 * ```
 *
 * Source: I. Loshchilov, F. Hutter, "Decoupled weight decay regularization", 2019; λ times lr as in PyTorch.
 */
export function adamW(options: AdamWOptions = {}): Transform {
  const {
    lr,
    decayOnly,
    weightDecay: given,
    ...scaling
  } = optionsOf('adamW', options, {
    ...ADAM,
    weightDecay: undefined,
  });
  const weightDecay = given ?? WEIGHT_DECAY[scaling.convention];
  return nameTransform(
    'adamW',
    chain(
      scaleByAdam(scaling),
      weightDecay !== 0 && addDecayedWeights(weightDecay, decayOnly),
      scaleByLearningRate(lr),
    ),
  );
}
