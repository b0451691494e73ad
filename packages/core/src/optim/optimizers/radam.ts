import { debiased, epsHat, movingAverage, oneMinus } from '../averages.js';
import { chain, nameTransform } from '../chain.js';
import { leafwise, zerosLike } from '../leaves.js';
import { type Convention, checkOptions } from '../options.js';
import type { Schedulable, Transform } from '../transform.js';
import { addDecayedWeights } from '../transforms/add-decayed-weights.js';
import { scaleByLearningRate } from '../transforms/scale-by-learning-rate.js';

export interface RadamOptions {
  /** Learning rate (default 0.001). */
  readonly lr?: Schedulable;
  /** Decay of the average of gradients (default 0.9). */
  readonly beta1?: Schedulable;
  /** Decay of the average of squared gradients (default 0.999): the warm-up lasts some 2/(1 − β₂) steps. */
  readonly beta2?: Schedulable;
  /** Keeps the denominator from zero (default 1e-8): √v + ε before the bias correction, √v̂ + ε in optax's convention. */
  readonly eps?: Schedulable;
  /** λ of an L2 penalty ½λ‖x‖², scaled like the rest of the gradient (default 0). */
  readonly weightDecay?: Schedulable;
  /** Where ε stands; 'keras' has no RAdam, and is as 'optax' (default 'torch'). */
  readonly convention?: Convention;
}

/**
 * Rectified Adam: Adam with the warm-up that its own variance asks for.
 *
 * ρ∞ = 2/(1 − β₂) − 1, ρₜ = ρ∞ − 2tβ₂ᵗ/(1 − β₂ᵗ); m̂ and v̂ of g + λx as in `adam`. Where ρₜ > 5, x ← x − lr·r·m̂/√v̂ with
 * r² = (ρₜ − 4)(ρₜ − 2)ρ∞/((ρ∞ − 4)(ρ∞ − 2)ρₜ); before that x ← x − lr·m̂, which is *not* scaled: for functions whose
 * gradients are large lr must be small. Two more numbers a parameter are kept.
 *
 * @throws when an option is out of range
 * @example
 * ```ts
 * import { radam } from '@downslope/core';
 * const optimizer = radam({ lr: 0.003 });
 * ```
 *
 * Source: L. Liu et al., "On the variance of the adaptive learning rate and beyond", 2020. Threshold 5 as in PyTorch and
 * optax (the paper has 4).
 */
export function radam(options: RadamOptions = {}): Transform {
  checkOptions('radam', options);
  const { lr = 1e-3, weightDecay = 0 } = options;
  return nameTransform(
    'radam',
    chain(
      weightDecay !== 0 && addDecayedWeights(weightDecay),
      scaleByRadam(options),
      scaleByLearningRate(lr),
    ),
  );
}

const scaleByRadam = ({ beta1 = 0.9, beta2 = 0.999, eps = 1e-8, convention = 'torch' }: RadamOptions) =>
  leafwise({
    name: 'scaleByRadam',
    hyper: { beta1, beta2, eps },
    init: (param) => ({ m: zerosLike(param), v: zerosLike(param) }),
    update(g, state, { hyper: { beta1, beta2, eps }, step }) {
      const m = movingAverage(state.m, g, beta1);
      const v = movingAverage(state.v, g.square(), beta2);
      const power = beta2.pow(step);
      const limit = oneMinus(beta2).reciprocal().mul(2).sub(1);
      const rho = limit.sub(step.mul(power).mul(2).div(oneMinus(power)));
      const among = rho.sub(4).mul(rho.sub(2)).mul(limit);
      const r = among
        .div(limit.sub(4).mul(limit.sub(2)).mul(rho))
        .maximum(0)
        .sqrt();
      const root = debiased(v, beta2, step)
        .sqrt()
        .add(convention === 'torch' ? epsHat(eps, beta2, step) : eps);
      const mHat = debiased(m, beta1, step);
      return [rho.gt(5).where(mHat.mul(r).div(root), mHat), { m, v }];
    },
  });
