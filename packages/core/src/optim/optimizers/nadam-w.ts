import { chain, nameTransform } from '../chain.js';
import { optionsOf } from '../options.js';
import type { Schedulable, Transform } from '../transform.js';
import { addDecayedWeights } from '../transforms/add-decayed-weights.js';
import { scaleByLearningRate } from '../transforms/scale-by-learning-rate.js';
import { SCALE_BY_NADAM, type ScaleByNadamOptions, scaleByNadam } from '../transforms/scale-by-nadam.js';

export interface NadamWOptions extends ScaleByNadamOptions {
  /** Learning rate: about the largest change of a parameter in one step (default 0.002). */
  readonly lr?: Schedulable;
  /** λ: each step shrinks every parameter by the part lr·λ (default 0.01). */
  readonly weightDecay?: Schedulable;
}

/**
 * NAdam with weight decay beside the scaled gradient, not inside it.
 *
 * x ← x − lr·(u + λx), u the direction of `nadam` for ∇f(x). It is to `nadam` what `adamW` is to `adam`, and a good
 * choice for networks on tables. Two more numbers a parameter are kept.
 *
 * @throws when an option is out of range
 * @example
 * ```ts
 * import { nadamW } from '@downslope/core';
 * const optimizer = nadamW({ lr: 0.003, weightDecay: 0.05 });
 * ```
 *
 * Source: T. Dozat, "Incorporating Nesterov momentum into Adam", 2016; I. Loshchilov, F. Hutter, "Decoupled weight decay
 * regularization", 2019. PyTorch has it as `NAdam` with `decoupled_weight_decay`.
 */
export function nadamW(options: NadamWOptions = {}): Transform {
  const defaults = { lr: 2e-3, weightDecay: 0.01, ...SCALE_BY_NADAM } as const;
  const { lr, weightDecay, ...scaling } = optionsOf('nadamW', options, defaults);
  return nameTransform(
    'nadamW',
    chain(
      scaleByNadam(scaling),
      weightDecay !== 0 && addDecayedWeights(weightDecay),
      scaleByLearningRate(lr),
    ),
  );
}
