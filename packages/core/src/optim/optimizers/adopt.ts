import { movingAverage } from '../averages.js';
import { chain, nameTransform } from '../chain.js';
import { leafwise, zerosLike } from '../leaves.js';
import { optionsOf } from '../options.js';
import type { Schedulable, Transform } from '../transform.js';
import { scaleByLearningRate } from '../transforms/scale-by-learning-rate.js';

export interface AdoptOptions {
  /** Learning rate: about the largest change of a parameter in one step (default 0.001). */
  readonly lr?: Schedulable;
  /** Decay of the average of scaled gradients (default 0.9). */
  readonly beta1?: Schedulable;
  /** Decay of the average of squares (default 0.9999); unlike Adam it converges with any. */
  readonly beta2?: Schedulable;
  /** The least denominator (default 1e-6). */
  readonly eps?: Schedulable;
  /** Hold scaled gradients to ±(t − 1)^¼, so that the first, poorly scaled ones do no harm (default true). */
  readonly clip?: boolean;
  /** λ of an L2 penalty ½λ‖x‖², or of AdamW's decay with `decoupled` (default 0). */
  readonly weightDecay?: Schedulable;
  /** Let each step shrink every parameter by the part lr·λ, beside the scaled gradient (default false). */
  readonly decoupled?: boolean;
}

/**
 * ADOPT: Adam that measures each gradient by those before it alone, and averages what it has measured.
 *
 * t = 1: v ← g², and x stays. Later n = g/max(√v, ε), clipped; m ← β₁m + (1 − β₁)n; x ← x − lr·m;
 * v ← β₂v + (1 − β₂)g². Two more numbers a parameter are kept.
 *
 * @throws when an option is out of range
 * @example
 * ```ts
 * import { adopt } from '@downslope/core';
 * const optimizer = adopt({ lr: 0.003, weightDecay: 0.01, decoupled: true });
 * ```
 *
 * Source: S. Taniguchi et al., "ADOPT: modified Adam can converge with any β₂ with the optimal rate", 2024; clipping and
 * decay as in the authors' code.
 */
export function adopt(options: AdoptOptions = {}): Transform {
  const { lr, beta1, beta2, eps, clip, weightDecay, decoupled } = optionsOf('adopt', options, {
    lr: 1e-3,
    beta1: 0.9,
    beta2: 0.9999,
    eps: 1e-6,
    clip: true,
    weightDecay: 0,
    decoupled: false,
  });
  const scaleByAdopt = leafwise({
    name: 'scaleByAdopt',
    hyper: { beta1, beta2, eps, weightDecay },
    init: (param) => ({ m: zerosLike(param), v: zerosLike(param) }),
    update(gradient, state, { param, hyper: { beta1, beta2, eps, weightDecay }, step }) {
      const first = step.eq(1);
      const decay = param.mul(weightDecay);
      const g = decoupled ? gradient : gradient.add(decay);
      const limit = step.sub(1).pow(0.25);
      const scaled = g.div(state.v.sqrt().maximum(eps));
      const n = first.where(0, clip ? scaled.clip(limit.neg(), limit) : scaled);
      const m = movingAverage(state.m, n, beta1);
      const v = first.where(g.square(), movingAverage(state.v, g.square(), beta2));
      return [decoupled ? m.add(first.where(0, decay)) : m, { m, v }];
    },
  });
  return nameTransform('adopt', chain(scaleByAdopt, scaleByLearningRate(lr)));
}
