import { fullLike, leafwise, zerosLike } from '../leaves.js';
import { type Convention, optionsOf } from '../options.js';
import type { Schedulable, Transform } from '../transform.js';

export interface FtrlOptions {
  /** α: the scale of the rate of each parameter, α/(β + √n) (default 0.1; above 0). */
  readonly lr?: Schedulable;
  /** β: holds back the first steps (default 1; Keras 0). */
  readonly beta?: Schedulable;
  /** λ₁ of an L1 penalty λ₁‖x‖₁, which makes weights exactly zero (default 0). */
  readonly l1?: Schedulable;
  /** λ₂ of an L2 penalty ½λ₂‖x‖² (default 0). */
  readonly l2?: Schedulable;
  /** n before the first step (default 0; Keras 0.1). */
  readonly initialAccumulatorValue?: number;
  /** 'keras' takes 2·l2 for λ₂, and has other defaults (default 'torch', here as the paper; so is 'optax'). */
  readonly convention?: Convention;
}

/**
 * FTRL-Proximal: the parameters that would have been best against all gradients so far, with penalties that leave exact
 * zeros. For streams with very many, mostly rare features.
 *
 * σ = (√(n + g²) − √n)/α; z ← z + g − σx; n ← n + g²; x ← 0 where |z| ≤ λ₁, else
 * x ← −(z − sign(z)λ₁)/((β + √n)/α + λ₂). Two more numbers a parameter are kept.
 *
 * @throws when an option is out of range
 * @example
 * ```ts
 * import { ftrl } from '@downslope/core';
 * const optimizer = ftrl({ lr: 0.5, l1: 0.01 });
 * ```
 *
 * Source: H. B. McMahan et al., "Ad click prediction: a view from the trenches", 2013.
 */
export function ftrl(options: FtrlOptions = {}): Transform {
  const keras = options?.convention === 'keras';
  const { lr, beta, l1, l2, initialAccumulatorValue } = optionsOf('ftrl', options, {
    lr: 0.1,
    beta: keras ? 0 : 1,
    l1: 0,
    l2: 0,
    initialAccumulatorValue: keras ? 0.1 : 0,
    convention: 'torch',
  });
  return leafwise({
    name: 'ftrl',
    hyper: { lr, beta, l1, l2 },
    init: (param) => ({ z: zerosLike(param), n: fullLike(param, initialAccumulatorValue) }),
    update(g, state, { param, hyper: { lr, beta, l1, l2 } }) {
      const n = state.n.add(g.square());
      const sigma = n.sqrt().sub(state.n.sqrt()).div(lr);
      const z = state.z.add(g).sub(sigma.mul(param));
      const lambda2 = keras ? l2.mul(2) : l2;
      const curvature = n.sqrt().add(beta).div(lr).add(lambda2);
      const best = z.sign().mul(l1).sub(z).div(curvature);
      return [z.abs().le(l1).where(0, best).sub(param), { z, n }];
    },
  });
}
