import { debiased, movingAverage, oneMinus } from '../averages.js';
import { chain, nameTransform } from '../chain.js';
import { fullLike, leafwise } from '../leaves.js';
import { optionsOf } from '../options.js';
import type { Schedulable, Transform } from '../transform.js';
import { scaleByLearningRate } from '../transforms/scale-by-learning-rate.js';

export interface YogiOptions {
  /** Learning rate: about the largest change of a parameter in one step (default 0.01). */
  readonly lr?: Schedulable;
  /** Decay of the average of gradients (default 0.9). */
  readonly beta1?: Schedulable;
  /** 1 − β₂ is how much of g² the second moment may change by in one step (default 0.999). */
  readonly beta2?: Schedulable;
  /** Keeps the denominator from zero, outside the root (default 0.001: larger than Adam's, on purpose). */
  readonly eps?: Schedulable;
  /** m and v before the first step (default 1e-6). */
  readonly initialAccumulator?: number;
}

/**
 * Yogi: Adam whose second moment changes by no more than (1 − β₂)g² in a step, also downwards, so that the effective
 * rate does not jump after a few small gradients.
 *
 * m ← β₁m + (1 − β₁)g; v ← v − (1 − β₂)·sign(v − g²)·g²; x ← x − lr·m̂/(√v̂ + ε), with m̂ = m/(1 − β₁ᵗ) and
 * v̂ = v/(1 − β₂ᵗ). Two more numbers a parameter are kept.
 *
 * @throws when an option is out of range
 * @example
 * ```ts
 * import { yogi } from '@downslope/core';
 * const optimizer = yogi({ lr: 0.02 });
 * ```
 *
 * Source: M. Zaheer et al., "Adaptive methods for nonconvex optimization", 2018. As in optax, both moments are debiased
 * and m starts above 0, too: a parameter without gradient drifts a little at first.
 */
export function yogi(options: YogiOptions = {}): Transform {
  const { lr, beta1, beta2, eps, initialAccumulator } = optionsOf('yogi', options, {
    lr: 0.01,
    beta1: 0.9,
    beta2: 0.999,
    eps: 1e-3,
    initialAccumulator: 1e-6,
  });
  const scaleByYogi = leafwise({
    name: 'scaleByYogi',
    hyper: { beta1, beta2, eps },
    init: (param) => ({ m: fullLike(param, initialAccumulator), v: fullLike(param, initialAccumulator) }),
    update(g, state, { hyper: { beta1, beta2, eps }, step }) {
      const m = movingAverage(state.m, g, beta1);
      const square = g.square();
      const v = state.v.sub(state.v.sub(square).sign().mul(square).mul(oneMinus(beta2)));
      const root = debiased(v, beta2, step).sqrt();
      return [debiased(m, beta1, step).div(root.add(eps)), { m, v }];
    },
  });
  return nameTransform('yogi', chain(scaleByYogi, scaleByLearningRate(lr)));
}
