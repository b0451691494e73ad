import { debiased, movingAverage } from '../averages.js';
import { chain, nameTransform } from '../chain.js';
import { leafwise, zerosLike } from '../leaves.js';
import { optionsOf } from '../options.js';
import type { Schedulable, Transform } from '../transform.js';
import { addDecayedWeights } from '../transforms/add-decayed-weights.js';
import { scaleByLearningRate } from '../transforms/scale-by-learning-rate.js';

export interface AdabeliefOptions {
  /** Learning rate: about the largest change of a parameter in one step where gradients vary (default 0.001). */
  readonly lr?: Schedulable;
  /** Decay of the average of gradients (default 0.9). */
  readonly beta1?: Schedulable;
  /** Decay of the average of squared surprises (default 0.999). */
  readonly beta2?: Schedulable;
  /** Outside the root (default 1e-16). */
  readonly eps?: Schedulable;
  /** Added to s in each step, and so the floor of what counts as a surprise (default 1e-16). */
  readonly epsRoot?: Schedulable;
  /** λ: each step shrinks every parameter by the part lr·λ (default 0). */
  readonly weightDecay?: Schedulable;
}

/**
 * AdaBelief: long steps where the gradient comes as its average foretold, short ones where it surprises.
 *
 * m ← β₁m + (1 − β₁)g; s ← β₂s + (1 − β₂)(g − m)² + ε_root; x ← x − lr·(m̂/(√ŝ + ε) + λx), with m̂ = m/(1 − β₁ᵗ) and
 * ŝ = s/(1 − β₂ᵗ). Two more numbers a parameter are kept.
 *
 * @throws when an option is out of range
 * @example
 * ```ts
 * import { adabelief } from '@downslope/core';
 * const optimizer = adabelief({ lr: 0.003 });
 * ```
 *
 * Source: J. Zhuang et al., "AdaBelief optimizer: adapting stepsizes by the belief in observed gradients", 2020; the
 * decoupled decay as in optax.
 */
export function adabelief(options: AdabeliefOptions = {}): Transform {
  const { lr, beta1, beta2, eps, epsRoot, weightDecay } = optionsOf('adabelief', options, {
    lr: 1e-3,
    beta1: 0.9,
    beta2: 0.999,
    eps: 1e-16,
    epsRoot: 1e-16,
    weightDecay: 0,
  });
  const scaleByBelief = leafwise({
    name: 'scaleByBelief',
    hyper: { beta1, beta2, eps, epsRoot },
    init: (param) => ({ m: zerosLike(param), s: zerosLike(param) }),
    update(g, state, { hyper: { beta1, beta2, eps, epsRoot }, step }) {
      const m = movingAverage(state.m, g, beta1);
      const s = movingAverage(state.s, g.sub(m).square(), beta2).add(epsRoot);
      return [debiased(m, beta1, step).div(debiased(s, beta2, step).sqrt().add(eps)), { m, s }];
    },
  });
  return nameTransform(
    'adabelief',
    chain(scaleByBelief, weightDecay !== 0 && addDecayedWeights(weightDecay), scaleByLearningRate(lr)),
  );
}
