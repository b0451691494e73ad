import { array } from '../../tensor/array.js';
import type { Tensor } from '../../tensor/tensor.js';
import { correction, movingAverage, oneMinus } from '../averages.js';
import { inner, mapLeaves, sumOfAbs, zerosLike } from '../leaves.js';
import { optionsOf } from '../options.js';
import type { Leaves, Schedulable, Transform } from '../transform.js';
import type { ProdigyOptions } from './prodigy.js';

export interface DAdaptAdamOptions
  extends Pick<
    ProdigyOptions,
    'lr' | 'beta1' | 'beta2' | 'weightDecay' | 'd0' | 'growthRate' | 'biasCorrection'
  > {
  /** Keeps the denominator from zero, outside the root (default 1e-8). */
  readonly eps?: Schedulable;
}

type Estimated = {
  readonly m: Leaves<Tensor>;
  readonly v: Leaves<Tensor>;
  readonly s: Leaves<Tensor>;
  readonly d: Tensor;
  readonly numerator: Tensor;
};

/**
 * D-Adaptation: Adam that finds its learning rate, from below. `prodigy` is its successor, and quicker to find it.
 *
 * r = √β₂; γ = d·lr; a = γ⟨g, s/(√v + ε)⟩; m ← β₁m + (1 − β₁)γg; v ← β₂v + (1 − β₂)g²; s ← rs + (1 − r)γg;
 * n ← rn + (1 − r)a; d ← max(d, min(n/((1 − r)‖s‖₁), growthRate·d)); x ← x − λγx − m/(√v + ε).
 *
 * ⟨·,·⟩ and ‖·‖₁ are over all parameters together; d is in the state, as `d`. Three more numbers a parameter are kept.
 *
 * @throws when an option is out of range
 * @example
 * ```ts
 * import { cosine, dAdaptAdam } from '@downslope/core';
 * const optimizer = dAdaptAdam({ lr: cosine(1, { steps: 2000 }) });
 * ```
 *
 * Source: A. Defazio, K. Mishchenko, "Learning-rate-free learning by D-adaptation", 2023. While s is zero d stays.
 */
export function dAdaptAdam(options: DAdaptAdamOptions = {}): Transform {
  const { growthRate, d0, biasCorrection, ...hyper } = optionsOf('dAdaptAdam', options, {
    lr: 1,
    beta1: 0.9,
    beta2: 0.999,
    eps: 1e-8,
    weightDecay: 0,
    d0: 1e-6,
    growthRate: null,
    biasCorrection: false,
  });
  return {
    name: 'dAdaptAdam',
    hyper: { ...hyper, ...(growthRate !== null && { growthRate }) },
    init: (params) => ({
      m: mapLeaves(params, zerosLike),
      v: mapLeaves(params, zerosLike),
      s: mapLeaves(params, zerosLike),
      d: array(d0),
      numerator: array(0),
    }),
    update(grads, state, { params, hyper, step }) {
      const { lr, beta1, beta2, eps, weightDecay, growthRate } = hyper as Record<string, Tensor>;
      const before = state as Estimated;
      const r = beta2!.sqrt();
      const rate = before.d.mul(lr!).mul(biasCorrection ? correction(beta1!, beta2!, step) : 1);
      const scaled = (of: Leaves<Tensor>, v: Leaves<Tensor>) =>
        mapLeaves(of, (leaf, name) => leaf.div(v[name]!.sqrt().add(eps!)));
      const gain = rate.mul(inner(grads, scaled(before.s, before.v)));
      const numerator = movingAverage(before.numerator, gain, r);
      const m = mapLeaves(before.m, (old, name) => movingAverage(old, grads[name]!.mul(rate), beta1!));
      const v = mapLeaves(before.v, (old, name) => movingAverage(old, grads[name]!.square(), beta2!));
      const s = mapLeaves(before.s, (old, name) => movingAverage(old, grads[name]!.mul(rate), r));
      const length = sumOfAbs(s);
      const found = length.gt(0).where(numerator.div(oneMinus(r).mul(length)), before.d);
      const d = before.d.maximum(growthRate ? found.minimum(before.d.mul(growthRate)) : found);
      const decay = rate.mul(weightDecay!);
      const updates = mapLeaves(scaled(m, v), (move, name) => move.add(params[name]!.mul(decay)).neg());
      return [updates, { m, v, s, d, numerator }];
    },
    rate: (hyper, state) => (state as Estimated).d.mul(hyper.lr!),
  };
}
