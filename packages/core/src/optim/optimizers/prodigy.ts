import { array } from '../../tensor/array.js';
import type { Tensor } from '../../tensor/tensor.js';
import { correction, oneMinus } from '../averages.js';
import { inner, mapLeaves, sumOfAbs, zerosLike } from '../leaves.js';
import { optionsOf } from '../options.js';
import type { Leaves, Schedulable, Transform } from '../transform.js';

export interface ProdigyOptions {
  /** Factor of the rate that is found (default 1); a schedule that falls from 1 is usual. */
  readonly lr?: Schedulable;
  /** Decay of the average gradient (default 0.9). */
  readonly beta1?: Schedulable;
  /** Decay of the average squared gradient (default 0.999). */
  readonly beta2?: Schedulable;
  /** Decay of the averages that the distance is estimated from; null is √β₂ (default null). */
  readonly beta3?: Schedulable | null;
  /** Keeps the denominator from zero; in units of d (default 1e-8). */
  readonly eps?: Schedulable;
  /** λ: each step shrinks every parameter by the part d·lr·λ (default 0). */
  readonly weightDecay?: Schedulable;
  /** The first estimate of the distance; small enough is right (default 1e-6). */
  readonly d0?: number;
  /** Factor of the estimate: what to change if the rate is too large or small (default 1). */
  readonly dCoef?: Schedulable;
  /** The largest growth of d in one step; null for no limit (default null). */
  readonly growthRate?: Schedulable | null;
  /** Adam's bias corrections (default false). */
  readonly biasCorrection?: boolean;
  /** Leave the rate out of the estimate's denominator, as helps with a warm-up (default false). */
  readonly safeguardWarmup?: boolean;
}

type Estimated = {
  readonly m: Leaves<Tensor>;
  readonly v: Leaves<Tensor>;
  readonly s: Leaves<Tensor>;
  readonly start: Leaves<Tensor>;
  readonly d: Tensor;
  readonly dMax: Tensor;
  readonly numerator: Tensor;
};

/**
 * Prodigy: Adam that finds its learning rate, from how far the parameters have come.
 *
 * r ← β₃r + (d/d₀)·γ⟨g, x₀ − x⟩; s ← β₃s + (d/d₀)γg; d⁺ = max(d, dCoef·r/‖s‖₁) with γ = d·lr;
 * m ← β₁m + (1 − β₁)d·g; v ← β₂v + (1 − β₂)d²g²; x ← x − γλx − γm/(√v + d⁺ε).
 *
 * ⟨·,·⟩ and ‖·‖₁ are over all parameters together; d is in the state, as `d`. Four more numbers a parameter are kept.
 *
 * @throws when an option is out of range
 * @example
 * ```ts
 * import { cosine, prodigy } from '@downslope/core';
 * const optimizer = prodigy({ lr: cosine(1, { steps: 2000 }), weightDecay: 0.01 });
 * ```
 *
 * Source: K. Mishchenko, A. Defazio, "Prodigy: an expeditiously adaptive parameter-free learner", 2023. While s is zero d
 * stays.
 */
export function prodigy(options: ProdigyOptions = {}): Transform {
  const filled = optionsOf('prodigy', options, {
    lr: 1,
    beta1: 0.9,
    beta2: 0.999,
    beta3: null,
    eps: 1e-8,
    weightDecay: 0,
    d0: 1e-6,
    dCoef: 1,
    growthRate: null,
    biasCorrection: false,
    safeguardWarmup: false,
  });
  const { beta3, growthRate, d0, biasCorrection, safeguardWarmup, ...hyper } = filled;
  return {
    name: 'prodigy',
    hyper: { ...hyper, ...(beta3 !== null && { beta3 }), ...(growthRate !== null && { growthRate }) },
    init: (params) => ({
      m: mapLeaves(params, zerosLike),
      v: mapLeaves(params, zerosLike),
      s: mapLeaves(params, zerosLike),
      start: params,
      d: array(d0),
      dMax: array(d0),
      numerator: array(0),
    }),
    update(grads, state, { params, hyper, step }) {
      const { lr, beta1, beta2, eps, weightDecay, dCoef, growthRate } = hyper as Record<string, Tensor>;
      const before = state as Estimated;
      const decay = hyper.beta3 ?? beta2!.sqrt();
      const { d: old, start } = before;
      const rate = old.mul(lr!).mul(biasCorrection ? correction(beta1!, beta2!, step) : 1);
      const way = mapLeaves(start, (leaf, name) => leaf.sub(params[name]!));
      const share = old.div(d0);
      const numerator = before.numerator.mul(decay).add(share.mul(rate).mul(inner(grads, way)));
      const mixed = (was: Leaves<Tensor>, keep: Tensor, gain: Tensor, square = false) =>
        mapLeaves(was, (leaf, name) => {
          const g = grads[name]!;
          return leaf.mul(keep).add((square ? g.square() : g).mul(gain));
        });
      const m = mixed(before.m, beta1!, old.mul(oneMinus(beta1!)));
      const v = mixed(before.v, beta2!, old.square().mul(oneMinus(beta2!)), true);
      const s = mixed(before.s, decay, share.mul(safeguardWarmup ? old : rate));
      const length = sumOfAbs(s);
      const found = length.gt(0).where(numerator.mul(dCoef!).div(length), old);
      const dMax = before.dMax.maximum(found);
      const limit = growthRate && old.eq(d0).where(old.maximum(found), old).mul(growthRate);
      const d = limit ? dMax.minimum(limit) : dMax;
      const updates = mapLeaves(m, (leaf, name) => {
        const scaled = leaf.div(v[name]!.sqrt().add(eps!.mul(d)));
        return scaled.add(params[name]!.mul(weightDecay!)).mul(rate.neg());
      });
      return [updates, { m, v, s, start, d, dMax, numerator }];
    },
    rate: (hyper, state) => (state as Estimated).d.mul(hyper.lr!),
  };
}
