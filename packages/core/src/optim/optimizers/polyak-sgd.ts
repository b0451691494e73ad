import { globalNorm, mapLeaves } from '../leaves.js';
import { optionsOf } from '../options.js';
import { asked, type Schedulable, type Transform } from '../transform.js';

export interface PolyakSGDOptions {
  /** Factor of Polyak's step (default 1). */
  readonly lr?: Schedulable;
  /** The largest step size before that factor (default 1). */
  readonly maxLearningRate?: Schedulable;
  /** The value of the loss at its minimum: 0 where a model can fit all rows (default 0). */
  readonly fMin?: Schedulable;
  /** Added to ‖g‖² (default 0). */
  readonly eps?: Schedulable;
}

/**
 * Gradient descent with Polyak's step size, from the loss itself: right where the smallest loss is known.
 *
 * γ = min((f(x) − fMin)/(‖g‖² + ε), maxLearningRate); x ← x − lr·γ·g. The norm is over all parameters together.
 *
 * With an fMin that is too low it goes too far near the minimum. Nothing is kept.
 *
 * @throws when an option is out of range, and at the first step where the loss is not given
 * @example
 * ```ts
 * import { minimize, polyakSGD, type Tensor } from '@downslope/core';
 * const ravine = (x: Tensor) => x.square().mul([0.5, 5]).sum();
 * console.log(minimize(ravine, [2, 1], { method: polyakSGD() }).steps);
 * ```
 *
 * Source: B. Polyak, "Introduction to optimization", 1987; N. Loizou et al., "Stochastic Polyak step-size for SGD", 2021,
 * in optax's form.
 */
export function polyakSGD(options: PolyakSGDOptions = {}): Transform {
  const hyper = optionsOf('polyakSGD', options, { lr: 1, maxLearningRate: 1, fMin: 0, eps: 0 });
  return {
    name: 'polyakSGD',
    hyper,
    init: () => ({}),
    update(grads, state, context) {
      const { lr, maxLearningRate, fMin, eps } = context.hyper;
      const gap = asked('polyakSGD', context, 'loss').cast('float64').sub(fMin!);
      const steepness = globalNorm(grads).square().add(eps!);
      const size = steepness.gt(0).where(gap.div(steepness).minimum(maxLearningRate!), 0);
      return [mapLeaves(grads, (g) => g.mul(size.mul(lr!).neg())), state];
    },
  };
}
