import { chain, nameTransform } from '../chain.js';
import { optionsOf } from '../options.js';
import type { Schedulable, Transform } from '../transform.js';
import { addDecayedWeights } from '../transforms/add-decayed-weights.js';
import { scaleByLearningRate } from '../transforms/scale-by-learning-rate.js';
import { SCALE_BY_RADAM, type ScaleByRadamOptions, scaleByRadam } from '../transforms/scale-by-radam.js';

export interface RadamOptions extends ScaleByRadamOptions {
  /** Learning rate (default 0.001). */
  readonly lr?: Schedulable;
  /** λ of an L2 penalty ½λ‖x‖², scaled like the rest of the gradient (default 0). */
  readonly weightDecay?: Schedulable;
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
  const defaults = { lr: 1e-3, weightDecay: 0, ...SCALE_BY_RADAM } as const;
  const { lr, weightDecay, ...scaling } = optionsOf('radam', options, defaults);
  return nameTransform(
    'radam',
    chain(
      weightDecay !== 0 && addDecayedWeights(weightDecay),
      scaleByRadam(scaling),
      scaleByLearningRate(lr),
    ),
  );
}
