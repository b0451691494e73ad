import { chain, nameTransform } from '../chain.js';
import { optionsOf } from '../options.js';
import type { Schedulable, Transform } from '../transform.js';
import { addDecayedWeights } from '../transforms/add-decayed-weights.js';
import { SCALE_BY_ADAM, type ScaleByAdamOptions, scaleByAdam } from '../transforms/scale-by-adam.js';
import { scaleByLearningRate } from '../transforms/scale-by-learning-rate.js';
import type { Selector } from '../transforms/select.js';

export interface AdamOptions extends ScaleByAdamOptions {
  /** Learning rate: about the largest change of a parameter in one step (default 0.001). */
  readonly lr?: Schedulable;
  /** λ of an L2 penalty ½λ‖x‖², scaled like the rest of the gradient (default 0); in other conventions than
   * PyTorch's decoupled, as in `adamW`. */
  readonly weightDecay?: Schedulable;
  /** What weight decay is for, by name or shape (default all parameters); see `matrices`. */
  readonly decayOnly?: Selector;
}

export const ADAM = { lr: 1e-3, weightDecay: 0, decayOnly: undefined, ...SCALE_BY_ADAM } as const;

/**
 * Adam: each parameter moves by its average gradient over the root of its average squared gradient.
 *
 * g ← ∇f(x) + λx; m ← β₁m + (1 − β₁)g; v ← β₂v + (1 − β₂)g²; x ← x − lr·m̂/(√v̂ + ε), with m̂ = m/(1 − β₁ᵗ) and
 * v̂ = v/(1 − β₂ᵗ). With `amsgrad` the largest v so far stands in v̂. `convention` tells where other libraries put ε,
 * the largest and the decay. Two more numbers (three) a parameter are kept.
 *
 * A good first choice for networks. On a convex problem in full batches a method with a line search, or `nesterov`,
 * gets to more digits.
 *
 * @throws when an option is out of range
 * @example
 * ```ts
 * import { adam, cosine } from '@downslope/core';
 * const optimizer = adam({ lr: cosine(0.01, { steps: 2000 }) });
 * ```
 *
 * Source: D. Kingma, J. Ba, "Adam: a method for stochastic optimization", 2015. ε and AMSGrad as in PyTorch.
 */
export function adam(options: AdamOptions = {}): Transform {
  const { lr, weightDecay, decayOnly, ...scaling } = optionsOf('adam', options, ADAM);
  const decay = weightDecay !== 0 && addDecayedWeights(weightDecay, decayOnly);
  const scale = scaleByAdam(scaling);
  const scaled = scaling.convention === 'torch' ? [decay, scale] : [scale, decay];
  return nameTransform('adam', chain(...scaled, scaleByLearningRate(lr)));
}
