import { debiased, movingAverage } from '../averages.js';
import { leafwise, zerosLike } from '../leaves.js';
import { optionsOf } from '../options.js';
import type { Schedulable, Transform } from '../transform.js';

export interface AdanOptions {
  /** Learning rate (default 0.001): Adan bears five to ten times that of Adam. */
  readonly lr?: Schedulable;
  /** Decay of the average of gradients (default 0.98). */
  readonly beta1?: Schedulable;
  /** Decay of the average of their differences (default 0.92). */
  readonly beta2?: Schedulable;
  /** Decay of the average of squares (default 0.99). */
  readonly beta3?: Schedulable;
  /** Keeps the denominator from zero, outside the root (default 1e-8). */
  readonly eps?: Schedulable;
  /** λ of the weight decay (default 0; 0.02 is usual). */
  readonly weightDecay?: Schedulable;
  /** Decay x by lr·λ as AdamW does, not by the paper's proximal step (default false). */
  readonly decoupled?: boolean;
}

/**
 * Adan: Adam with Nesterov momentum that is worked out from differences of gradients.
 *
 * Δ = g − g₋ (0 at first); m ← EMA₁(g); d ← EMA₂(Δ); n ← EMA₃((g + β₂Δ)²); u = (m̂ + β₂d̂)/(√n̂ + ε);
 * x ← (x − lr·u)/(1 + lr·λ), or (1 − lr·λ)x − lr·u with `decoupled`. EMAᵢ decays with βᵢ; hats are debiased. Four more
 * numbers a parameter are kept.
 *
 * @throws when an option is out of range
 * @example
 * ```ts
 * import { adan } from '@downslope/core';
 * const optimizer = adan({ lr: 0.005, weightDecay: 0.02 });
 * ```
 *
 * Source: X. Xie et al., "Adan: adaptive Nesterov momentum algorithm for faster optimizing deep models", 2022. The betas
 * are decays, as in the authors' code: 1 less those of the paper.
 */
export function adan(options: AdanOptions = {}): Transform {
  const { lr, beta1, beta2, beta3, eps, weightDecay, decoupled } = optionsOf('adan', options, {
    lr: 1e-3,
    beta1: 0.98,
    beta2: 0.92,
    beta3: 0.99,
    eps: 1e-8,
    weightDecay: 0,
    decoupled: false,
  });
  return leafwise({
    name: 'adan',
    hyper: { lr, beta1, beta2, beta3, eps, weightDecay },
    init(param) {
      const zero = zerosLike(param);
      return { m: zero, d: zero, n: zero, last: zero };
    },
    update(g, state, { param, hyper, step }) {
      const { lr, beta1, beta2, beta3, eps, weightDecay } = hyper;
      const change = step.eq(1).where(0, g.sub(state.last));
      const m = movingAverage(state.m, g, beta1);
      const d = movingAverage(state.d, change, beta2);
      const n = movingAverage(state.n, change.mul(beta2).add(g).square(), beta3);
      const ahead = debiased(m, beta1, step).add(debiased(d, beta2, step).mul(beta2));
      const u = ahead.div(debiased(n, beta3, step).sqrt().add(eps));
      const move = param.mul(weightDecay).add(u).mul(lr.neg());
      return [decoupled ? move : move.div(weightDecay.mul(lr).add(1)), { m, d, n, last: g }];
    },
  });
}
