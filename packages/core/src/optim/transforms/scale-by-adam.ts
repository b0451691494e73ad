import type { Tensor } from '../../tensor/tensor.js';
import { debiased, epsHat, movingAverage } from '../averages.js';
import { leafwise, zerosLike } from '../leaves.js';
import { type Convention, optionsOf } from '../options.js';
import type { Schedulable, Transform } from '../transform.js';

export interface ScaleByAdamOptions {
  /** Decay of the average of gradients (default 0.9). */
  readonly beta1?: Schedulable;
  /** Decay of the average of squared gradients (default 0.999); lower it, to 0.95 or so, for very noisy gradients. */
  readonly beta2?: Schedulable;
  /** Keeps the denominator from zero, outside the root (default 1e-8; Keras 1e-7). */
  readonly eps?: Schedulable;
  /** Divide by the largest v so far, not the latest (default false). */
  readonly amsgrad?: boolean;
  /** Added to v̂ inside the root; a number (default 0). */
  readonly epsRoot?: number;
  /** Divide m by 1 − β₁ᵗ (default true). */
  readonly biasCorrectionMu?: boolean;
  /** Divide v by 1 − β₂ᵗ (default true). */
  readonly biasCorrectionNu?: boolean;
  /** 'keras' adds ε to √v before its bias correction; 'optax' takes the largest v̂, not v, for `amsgrad` (default 'torch'). */
  readonly convention?: Convention;
}

export const SCALE_BY_ADAM = {
  beta1: 0.9,
  beta2: 0.999,
  eps: undefined,
  amsgrad: false,
  epsRoot: 0,
  biasCorrectionMu: true,
  biasCorrectionNu: true,
  convention: 'torch',
} as const;

/**
 * The average gradient, measured in its own recent size.
 *
 * m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g²; gives m̂/(√v̂ + ε) with m̂ = m/(1 − β₁ᵗ), v̂ = v/(1 − β₂ᵗ).
 * With `amsgrad` the largest v so far stands for v in v̂ (optax: the largest v̂ for v̂). In Keras's convention
 * √v̂ + ε/√(1 − β₂ᵗ) is the denominator.
 *
 * Source: D. Kingma, J. Ba, "Adam: a method for stochastic optimization", 2015; S. Reddi, S. Kale, S. Kumar, "On the
 * convergence of Adam and beyond", 2018. The paper's AMSGrad has no bias corrections; switch both
 * off to have it.
 */
export function scaleByAdam(options: ScaleByAdamOptions = {}): Transform<'beta1' | 'beta2' | 'eps'> {
  const filled = optionsOf('scaleByAdam', options, SCALE_BY_ADAM);
  const { beta1, beta2, amsgrad, convention, epsRoot, biasCorrectionMu, biasCorrectionNu } = filled;
  const { eps = convention === 'keras' ? 1e-7 : 1e-8 } = filled;
  return leafwise({
    name: 'scaleByAdam',
    hyper: { beta1, beta2, eps },
    init: (param) => ({
      m: zerosLike(param),
      v: zerosLike(param),
      ...(amsgrad && { vMax: zerosLike(param) }),
    }),
    update(g, state, { hyper: { beta1, beta2, eps }, step }) {
      const m = movingAverage(state.m, g, beta1);
      const v = movingAverage(state.v, g.square(), beta2);
      const mHat = biasCorrectionMu ? debiased(m, beta1, step) : m;
      const corrected = (x: Tensor): Tensor => (biasCorrectionNu ? debiased(x, beta2, step) : x);
      const largest = convention === 'optax' ? corrected(v) : v;
      const vMax = state.vMax?.maximum(largest);
      const vHat = convention === 'optax' ? (vMax ?? largest) : corrected(vMax ?? v);
      const root = (epsRoot === 0 ? vHat : vHat.add(epsRoot)).sqrt();
      const late = convention === 'keras' && biasCorrectionNu;
      const floor = late ? epsHat(eps, beta2, step) : eps;
      return [mHat.div(root.add(floor)), { m, v, ...(vMax && { vMax }) }];
    },
  });
}
