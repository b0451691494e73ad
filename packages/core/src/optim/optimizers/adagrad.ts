import { chain, nameTransform } from '../chain.js';
import { optionsOf } from '../options.js';
import type { Schedulable, Transform } from '../transform.js';
import { addDecayedWeights } from '../transforms/add-decayed-weights.js';
import { scaleByLearningRate } from '../transforms/scale-by-learning-rate.js';
import { SCALE_BY_RSS, type ScaleByRssOptions, scaleByRss } from '../transforms/scale-by-rss.js';

export interface AdagradOptions extends ScaleByRssOptions {
  /** Learning rate: the change of a parameter in its first step (default 0.01; Keras 0.001). */
  readonly lr?: Schedulable;
  /** λ of an L2 penalty ½λ‖x‖², scaled like the rest of the gradient (default 0). */
  readonly weightDecay?: Schedulable;
}

/**
 * Adagrad: each parameter's rate falls with the gradients it has seen. Suits rare features, whose parameters seldom move.
 *
 * g ← ∇f(x) + λx; n ← n + g²; x ← x − lr/(1 + (t − 1)·lrDecay)·g/(√n + ε); in the conventions of optax and Keras
 * …·g/√(n + ε).
 *
 * @throws when an option is out of range
 * @example
 * ```ts
 * import { adagrad } from '@downslope/core';
 * const optimizer = adagrad({ lr: 0.1, initialAccumulatorValue: 0.1 });
 * ```
 *
 * Source: J. Duchi, E. Hazan, Y. Singer, "Adaptive subgradient methods for online learning and stochastic optimization",
 * 2011, in PyTorch's form.
 */
export function adagrad(options: AdagradOptions = {}): Transform {
  const defaults = { lr: undefined, weightDecay: 0, ...SCALE_BY_RSS } as const;
  const { lr: given, weightDecay, ...scaling } = optionsOf('adagrad', options, defaults);
  const lr = given ?? (scaling.convention === 'keras' ? 1e-3 : 0.01);
  return nameTransform(
    'adagrad',
    chain(weightDecay !== 0 && addDecayedWeights(weightDecay), scaleByRss(scaling), scaleByLearningRate(lr)),
  );
}
