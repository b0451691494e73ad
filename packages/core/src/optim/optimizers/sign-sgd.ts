import { chain, nameTransform } from '../chain.js';
import { stateless } from '../leaves.js';
import { optionsOf } from '../options.js';
import type { Schedulable, Transform } from '../transform.js';
import { addDecayedWeights } from '../transforms/add-decayed-weights.js';
import { addMomentum } from '../transforms/add-momentum.js';
import { scaleByLearningRate } from '../transforms/scale-by-learning-rate.js';

export interface SignSGDOptions {
  /** Learning rate: the change of *every* parameter in one step (default 0.001). */
  readonly lr?: Schedulable;
  /** μ: takes the sign of a decaying sum of gradients (default 0: of the gradient). 0.9 makes it Signum. */
  readonly momentum?: Schedulable;
  /** λ: each step shrinks every parameter by the part lr·λ (default 0). */
  readonly weightDecay?: Schedulable;
}

/**
 * signSGD: only the sign of the gradient counts, so that one bit a parameter is enough to send it to other machines.
 *
 * b ← μb + g; x ← x − lr·(sign(b) + λx), with sign(0) = 0. As its steps do not get shorter by themselves, give it a
 * falling schedule. Nothing more is kept, with momentum one more number a parameter.
 *
 * @throws when an option is out of range
 * @example
 * ```ts
 * import { exponential, signSGD } from '@downslope/core';
 * const optimizer = signSGD({ lr: exponential(0.01, { gamma: 0.99 }), momentum: 0.9 });
 * ```
 *
 * Source: J. Bernstein et al., "signSGD: compressed optimisation for non-convex problems", 2018. The paper's momentum is
 * an average, whose sign is that of the sum.
 */
export function signSGD(options: SignSGDOptions = {}): Transform {
  const { lr, momentum, weightDecay } = optionsOf('signSGD', options, {
    lr: 1e-3,
    momentum: 0,
    weightDecay: 0,
  });
  return nameTransform(
    'signSGD',
    chain(
      momentum !== 0 && addMomentum({ momentum }),
      stateless('sign', {}, (g) => g.sign()),
      weightDecay !== 0 && addDecayedWeights(weightDecay),
      scaleByLearningRate(lr),
    ),
  );
}
