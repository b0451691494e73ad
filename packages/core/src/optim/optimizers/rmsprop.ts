import { chain, nameTransform } from '../chain.js';
import { optionsOf } from '../options.js';
import type { Schedulable, Transform } from '../transform.js';
import { addDecayedWeights } from '../transforms/add-decayed-weights.js';
import { addMomentum } from '../transforms/add-momentum.js';
import { scaleByLearningRate } from '../transforms/scale-by-learning-rate.js';
import { SCALE_BY_RMS, type ScaleByRmsOptions, scaleByRms } from '../transforms/scale-by-rms.js';

export interface RmspropOptions extends ScaleByRmsOptions {
  /** Learning rate: about the change of a parameter in one step (default 0.01; optax and Keras 0.001). */
  readonly lr?: Schedulable;
  /** μ of a momentum on the scaled gradients (default 0: none). */
  readonly momentum?: Schedulable;
  /** Step along the momentum as it will stand (default false). */
  readonly nesterov?: boolean;
  /** λ of an L2 penalty ½λ‖x‖², scaled like the rest of the gradient (default 0). */
  readonly weightDecay?: Schedulable;
}

/**
 * RMSProp: each parameter moves by its gradient over the root of its average squared gradient.
 *
 * g ← ∇f(x) + λx; v ← αv + (1 − α)g²; u = g/(√v + ε), with v less the square of the average gradient if `centered`;
 * b ← μb + u; x ← x − lr·b. The first steps are long: v starts at 0 and is not debiased.
 * In the conventions of optax and Keras u = g/√(v + ε), b ← μb + lr·u and x ← x − b.
 *
 * @throws when an option is out of range
 * @example
 * ```ts
 * import { rmsprop } from '@downslope/core';
 * const optimizer = rmsprop({ lr: 0.001, alpha: 0.9, momentum: 0.9 });
 * ```
 *
 * Source: T. Tieleman, G. Hinton, "Lecture 6.5: rmsprop", 2012, in PyTorch's form.
 */
export function rmsprop(options: RmspropOptions = {}): Transform {
  const own = { lr: undefined, momentum: 0, nesterov: false, weightDecay: 0 };
  const filled = optionsOf('rmsprop', options, { ...own, ...SCALE_BY_RMS });
  const { lr: given, momentum, nesterov, weightDecay, ...scaling } = filled;
  const { convention } = scaling;
  const lr = given ?? (convention === 'torch' ? 0.01 : 1e-3);
  const move = [momentum !== 0 && addMomentum({ momentum, nesterov }), scaleByLearningRate(lr)];
  return nameTransform(
    'rmsprop',
    chain(
      weightDecay !== 0 && addDecayedWeights(weightDecay),
      scaleByRms(scaling),
      ...(convention === 'torch' ? move : move.reverse()),
    ),
  );
}
