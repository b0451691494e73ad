import { debiased, movingAverage } from '../averages.js';
import { chain, nameTransform } from '../chain.js';
import { leafwise, zerosLike } from '../leaves.js';
import { type Convention, optionsOf } from '../options.js';
import type { Schedulable, Transform } from '../transform.js';
import { addDecayedWeights } from '../transforms/add-decayed-weights.js';
import { scaleByLearningRate } from '../transforms/scale-by-learning-rate.js';

export interface AdamaxOptions {
  /** Learning rate: about the largest change of a parameter in one step (default 0.002; Keras and optax 0.001). */
  readonly lr?: Schedulable;
  /** Decay of the average of gradients (default 0.9). */
  readonly beta1?: Schedulable;
  /** Decay of the largest gradient so far (default 0.999). */
  readonly beta2?: Schedulable;
  /** Keeps the denominator from zero (default 1e-8; Keras 1e-7): beside |g|, or beside u in Keras's convention. */
  readonly eps?: Schedulable;
  /** λ of an L2 penalty ½λ‖x‖², scaled like the rest of the gradient (default 0). */
  readonly weightDecay?: Schedulable;
  /** Where ε stands, and the defaults (default 'torch'). */
  readonly convention?: Convention;
}

/**
 * Adam with the largest recent gradient in the denominator, in place of the root of the average square.
 *
 * g ← ∇f(x) + λx; m ← β₁m + (1 − β₁)g; u ← max(β₂u, |g| + ε); x ← x − lr·m̂/u, m̂ = m/(1 − β₁ᵗ). In Keras's convention
 * u ← max(β₂u, |g|) and x ← x − lr·m̂/(u + ε).
 *
 * Its steps never exceed lr by much, which helps where gradients are rare and then large, as those of embeddings. Two
 * more numbers a parameter are kept.
 *
 * @throws when an option is out of range
 * @example
 * ```ts
 * import { adamax } from '@downslope/core';
 * const optimizer = adamax({ lr: 0.004 });
 * ```
 *
 * Source: D. Kingma, J. Ba, "Adam: a method for stochastic optimization", 2015, section 7.1 (which has no ε).
 */
export function adamax(options: AdamaxOptions = {}): Transform {
  const keras = options?.convention === 'keras';
  const { lr, beta1, beta2, eps, weightDecay, convention } = optionsOf('adamax', options, {
    lr: (options?.convention ?? 'torch') === 'torch' ? 2e-3 : 1e-3,
    beta1: 0.9,
    beta2: 0.999,
    eps: keras ? 1e-7 : 1e-8,
    weightDecay: 0,
    convention: 'torch',
  });
  const decay = weightDecay !== 0 && addDecayedWeights(weightDecay);
  const scale = leafwise({
    name: 'scaleByAdamax',
    hyper: { beta1, beta2, eps },
    init: (param) => ({ m: zerosLike(param), u: zerosLike(param) }),
    update(g, state, { hyper: { beta1, beta2, eps }, step }) {
      const m = movingAverage(state.m, g, beta1);
      const u = state.u.mul(beta2).maximum(keras ? g.abs() : g.abs().add(eps));
      return [debiased(m, beta1, step).div(keras ? u.add(eps) : u), { m, u }];
    },
  });
  const scaled = convention === 'torch' ? [decay, scale] : [scale, decay];
  return nameTransform('adamax', chain(...scaled, scaleByLearningRate(lr)));
}
