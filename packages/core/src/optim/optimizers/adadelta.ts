import { movingAverage } from '../averages.js';
import { chain, nameTransform } from '../chain.js';
import { leafwise, zerosLike } from '../leaves.js';
import { type Convention, optionsOf } from '../options.js';
import type { Schedulable, Transform } from '../transform.js';
import { addDecayedWeights } from '../transforms/add-decayed-weights.js';
import { scaleByLearningRate } from '../transforms/scale-by-learning-rate.js';

export interface AdadeltaOptions {
  /** Learning rate: a factor on steps that have their size already (default 1, the paper's; Keras 0.001). */
  readonly lr?: Schedulable;
  /** ρ: decay of both averages of squares (default 0.9; Keras 0.95). */
  readonly rho?: Schedulable;
  /** Inside both roots (default 1e-6; Keras 1e-7). It sets the size of the first steps: larger is bolder. */
  readonly eps?: Schedulable;
  /** λ of an L2 penalty ½λ‖x‖², scaled like the rest of the gradient (default 0). */
  readonly weightDecay?: Schedulable;
  /** Whose defaults: the formula is the same in all (default 'torch'). */
  readonly convention?: Convention;
}

/**
 * Adadelta: steps in the parameters' own units, so that no learning rate need be found.
 *
 * g ← ∇f(x) + λx; a ← ρa + (1 − ρ)g²; u = √(d + ε)/√(a + ε)·g; d ← ρd + (1 − ρ)u²; x ← x − lr·u.
 *
 * Its first steps are very small, about √ε. Two more numbers a parameter are kept.
 *
 * @throws when an option is out of range
 * @example
 * ```ts
 * import { adadelta } from '@downslope/core';
 * const optimizer = adadelta({ rho: 0.95, eps: 1e-4 });
 * ```
 *
 * Source: M. Zeiler, "ADADELTA: an adaptive learning rate method", 2012; lr and the penalty are PyTorch's.
 */
export function adadelta(options: AdadeltaOptions = {}): Transform {
  const keras = options?.convention === 'keras';
  const { lr, rho, eps, weightDecay } = optionsOf('adadelta', options, {
    lr: keras ? 1e-3 : 1,
    rho: keras ? 0.95 : 0.9,
    eps: keras ? 1e-7 : 1e-6,
    weightDecay: 0,
    convention: 'torch',
  });
  const scaleByAdadelta = leafwise({
    name: 'scaleByAdadelta',
    hyper: { rho, eps },
    init: (param) => ({ a: zerosLike(param), d: zerosLike(param) }),
    update(g, state, { hyper: { rho, eps } }) {
      const a = movingAverage(state.a, g.square(), rho);
      const u = state.d.add(eps).div(a.add(eps)).sqrt().mul(g);
      return [u, { a, d: movingAverage(state.d, u.square(), rho) }];
    },
  });
  return nameTransform(
    'adadelta',
    chain(weightDecay !== 0 && addDecayedWeights(weightDecay), scaleByAdadelta, scaleByLearningRate(lr)),
  );
}
