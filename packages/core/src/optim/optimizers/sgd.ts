import { misuse } from '../../tensor/errors.js';
import { chain, nameTransform } from '../chain.js';
import { type Convention, optionsOf } from '../options.js';
import type { Schedulable, Transform } from '../transform.js';
import { addDecayedWeights } from '../transforms/add-decayed-weights.js';
import { type AddMomentumOptions, addMomentum } from '../transforms/add-momentum.js';
import { scaleByLearningRate } from '../transforms/scale-by-learning-rate.js';
import type { Selector } from '../transforms/select.js';

export interface SgdOptions extends AddMomentumOptions {
  /** Learning rate (default 0.001). Below 2/L, where L is the largest curvature, it does not diverge. */
  readonly lr?: Schedulable;
  /** μ: how much of the last step is kept (default 0: no momentum). 0.9 is usual; the effective rate is lr/(1 − μ). */
  readonly momentum?: Schedulable;
  /** λ of an L2 penalty ½λ‖x‖² (default 0). */
  readonly weightDecay?: Schedulable;
  /** What weight decay is for, by name or shape (default all parameters); see `matrices`. */
  readonly decayOnly?: Selector;
  /** 'keras' has the learning rate inside the momentum, which matters as soon as it changes (default 'torch'). */
  readonly convention?: Convention;
}

/**
 * Stochastic gradient descent, with momentum if wanted.
 *
 * g ← ∇f(x) + λx; b ← g at the first step, then b ← μb + (1 − dampening)·g; x ← x − lr·b, or x − lr·(g + μb) with
 * `nesterov`. In Keras's convention b ← μb + lr·g and x ← x − b, or x − (lr·g + μb). Momentum or weight decay given as 0
 * is left out of the program.
 *
 * @throws when an option is out of range, or `nesterov` comes without momentum or with dampening
 * @example
 * ```ts
 * import { sgd } from '@downslope/core';
 * const optimizer = sgd({ lr: 0.05, momentum: 0.9, nesterov: true });
 * ```
 *
 * Source: PyTorch's `SGD`; I. Sutskever et al., "On the importance of initialization and momentum in deep learning", 2013.
 */
export function sgd(options: SgdOptions = {}): Transform {
  const { lr, weightDecay, decayOnly, convention, ...momentous } = optionsOf('sgd', options, {
    lr: 1e-3,
    momentum: 0,
    dampening: 0,
    nesterov: false,
    weightDecay: 0,
    decayOnly: undefined,
    convention: 'torch',
  });
  const { momentum, dampening, nesterov } = momentous;
  if (nesterov && (momentum === 0 || dampening !== 0))
    throw misuse(
      'sgd: nesterov needs momentum above 0 and no dampening, as in { momentum: 0.9, nesterov: true }',
    );
  const move = [momentum !== 0 && addMomentum(momentous), scaleByLearningRate(lr)];
  return nameTransform(
    'sgd',
    chain(
      weightDecay !== 0 && addDecayedWeights(weightDecay, decayOnly),
      ...(convention === 'keras' ? move.reverse() : move),
    ),
  );
}
