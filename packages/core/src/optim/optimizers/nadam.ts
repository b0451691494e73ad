import { chain, nameTransform } from '../chain.js';
import { optionsOf } from '../options.js';
import type { Schedulable, Transform } from '../transform.js';
import { addDecayedWeights } from '../transforms/add-decayed-weights.js';
import { scaleByLearningRate } from '../transforms/scale-by-learning-rate.js';
import { SCALE_BY_NADAM, type ScaleByNadamOptions, scaleByNadam } from '../transforms/scale-by-nadam.js';

export interface NadamOptions extends ScaleByNadamOptions {
  /** Learning rate: about the largest change of a parameter in one step (default 0.002; Keras and optax 0.001). */
  readonly lr?: Schedulable;
  /** optax's name for what makes Adam this: nothing but true. */
  readonly nesterov?: true;
  /** λ of an L2 penalty ½λ‖x‖², scaled like the rest of the gradient (default 0); for decoupled decay see `nadamW`. */
  readonly weightDecay?: Schedulable;
}

/**
 * Adam with Nesterov momentum: it looks one step ahead along its average gradient.
 *
 * g ← ∇f(x) + λx; x ← x − lr·((1 − μₜ)/(1 − Pₜ)·g + μₜ₊₁/(1 − Pₜ₊₁)·m)/(√v̂ + ε), m and v̂ as in `adam`,
 * μₜ = β₁(1 − ½·0.96^(tψ)), Pₜ = μ₁⋯μₜ. Two more numbers a parameter are kept.
 *
 * Worth a try where Adam does well: it often gets there in somewhat fewer steps, at the same rates.
 *
 * `convention`: optax keeps μ at β₁; Keras has ψ = 1 and ε = 1e-7; both subtract λx beside the scaled gradient.
 *
 * @throws when an option is out of range
 * @example
 * ```ts
 * import { nadam } from '@downslope/core';
 * const optimizer = nadam({ lr: 0.005 });
 * ```
 *
 * Source: T. Dozat, "Incorporating Nesterov momentum into Adam", 2016, in PyTorch's form.
 */
export function nadam(options: NadamOptions = {}): Transform {
  const defaults = { lr: undefined, nesterov: true, weightDecay: 0, ...SCALE_BY_NADAM } as const;
  const { lr: given, nesterov: _, weightDecay, ...scaling } = optionsOf('nadam', options, defaults);
  const torch = scaling.convention === 'torch';
  const lr = given ?? (torch ? 2e-3 : 1e-3);
  const decay = weightDecay !== 0 && addDecayedWeights(weightDecay);
  const scale = scaleByNadam(scaling);
  const scaled = torch ? [decay, scale] : [scale, decay];
  return nameTransform('nadam', chain(...scaled, scaleByLearningRate(lr)));
}
