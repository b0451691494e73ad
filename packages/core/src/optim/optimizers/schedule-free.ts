import { array } from '../../tensor/array.js';
import type { Tensor } from '../../tensor/tensor.js';
import { debiased, movingAverage, oneMinus } from '../averages.js';
import { mapLeaves, zerosLike } from '../leaves.js';
import { optionsOf } from '../options.js';
import type { Leaves, Schedulable, State, Transform } from '../transform.js';

interface ScheduleFreeOptions {
  /** λ of a decay at the training point y (default 0). */
  readonly weightDecay?: Schedulable;
  /** Let the rate rise over so many steps (default 0: no rise). */
  readonly warmupSteps?: number;
  /** Weight of a step in the average, as a power of its number (default 0). */
  readonly r?: Schedulable;
  /** Weight of a step in the average, as a power of the largest rate so far (default 2). */
  readonly weightLrPower?: Schedulable;
}

export interface ScheduleFreeSGDOptions extends ScheduleFreeOptions {
  /** Learning rate (default 1): larger than SGD's, ten times or more. */
  readonly lr?: Schedulable;
  /** β: how near to the average gradients are taken (default 0.9). */
  readonly momentum?: Schedulable;
}

export interface ScheduleFreeAdamWOptions extends ScheduleFreeOptions {
  /** Learning rate (default 0.0025): one to ten times AdamW's. */
  readonly lr?: Schedulable;
  /** β: how near to the average gradients are taken (default 0.9). */
  readonly beta1?: Schedulable;
  /** Decay of the average of squared gradients (default 0.999). */
  readonly beta2?: Schedulable;
  /** Keeps the denominator from zero, outside the root (default 1e-8). */
  readonly eps?: Schedulable;
}

const AVERAGE = { weightDecay: 0, warmupSteps: 0, r: 0, weightLrPower: 2 };

/**
 * SGD without a schedule: what a falling rate would do is done by an average of the steps, with no end to be known before.
 *
 * y = (1 − β)z + βx; z ← z − γ(∇f(y) + λy); w = tʳ·max(γ)^weightLrPower; x ← x + (w/Σw)(z − x), with γ = lr·min(1, t/warmupSteps).
 *
 * The parameters that are trained are the y; those to evaluate with and to keep are the x: `fit` and `minimize` do so by
 * themselves. Two more numbers a parameter are kept.
 *
 * @throws when an option is out of range
 * @example
 * ```ts
 * import { scheduleFreeSGD } from '@downslope/core';
 * const optimizer = scheduleFreeSGD({ lr: 1, warmupSteps: 100 });
 * ```
 *
 * Source: A. Defazio et al., "The road less scheduled", 2024.
 */
export function scheduleFreeSGD(options: ScheduleFreeSGDOptions = {}): Transform {
  const { warmupSteps, momentum, ...hyper } = optionsOf('scheduleFreeSGD', options, {
    lr: 1,
    momentum: 0.9,
    ...AVERAGE,
  });
  return scheduleFree('scheduleFreeSGD', { ...hyper, momentum }, warmupSteps, 'momentum');
}

/**
 * AdamW without a schedule: as `scheduleFreeSGD`, with steps in units of the gradient's recent size.
 *
 * As there, with z ← z − γ(∇f(y)/(√v̂ + ε) + λy) and v ← β₂v + (1 − β₂)∇f(y)². Three more numbers a parameter are kept.
 *
 * @throws when an option is out of range
 * @example
 * ```ts
 * import { scheduleFreeAdamW } from '@downslope/core';
 * const optimizer = scheduleFreeAdamW({ lr: 0.01, warmupSteps: 100 });
 * ```
 *
 * Source: A. Defazio et al., "The road less scheduled", 2024.
 */
export function scheduleFreeAdamW(options: ScheduleFreeAdamWOptions = {}): Transform {
  const { warmupSteps, ...hyper } = optionsOf('scheduleFreeAdamW', options, {
    lr: 0.0025,
    beta1: 0.9,
    beta2: 0.999,
    eps: 1e-8,
    ...AVERAGE,
  });
  return scheduleFree('scheduleFreeAdamW', hyper, warmupSteps, 'beta1');
}

type Averaged = {
  readonly x: Leaves<Tensor>;
  readonly z: Leaves<Tensor>;
  readonly v?: Leaves<Tensor>;
  readonly lrMax: Tensor;
  readonly weights: Tensor;
};

/** With β₂ among the hyperparameters, gradients are scaled as by Adam. */
function scheduleFree(
  name: string,
  hyper: Readonly<Record<string, Schedulable>>,
  warmupSteps: number,
  nearness: 'momentum' | 'beta1',
): Transform {
  const adaptive = 'beta2' in hyper;
  return {
    name,
    hyper,
    init: (params) => ({
      x: params,
      z: params,
      ...(adaptive && { v: mapLeaves(params, zerosLike) }),
      lrMax: array(0),
      weights: array(0),
    }),
    update(grads, state, { params, hyper, step }) {
      const before = state as Averaged;
      const beta = hyper[nearness]!;
      const lr = warmupSteps > 0 ? hyper.lr!.mul(step.div(warmupSteps).minimum(1)) : hyper.lr!;
      const lrMax = before.lrMax.maximum(lr);
      const weight = step.pow(hyper.r!).mul(lrMax.pow(hyper.weightLrPower!));
      const weights = before.weights.add(weight);
      const c = weights.gt(0).where(weight.div(weights), 0);
      const v =
        before.v &&
        mapLeaves(before.v, (old, leaf) => movingAverage(old, grads[leaf]!.square(), hyper.beta2!));
      const scaled = (g: Tensor, leaf: string): Tensor =>
        v ? g.div(debiased(v[leaf]!, hyper.beta2!, step).sqrt().add(hyper.eps!)) : g;
      const z = mapLeaves(before.z, (old, leaf) => {
        const d = scaled(grads[leaf]!, leaf).add(params[leaf]!.mul(hyper.weightDecay!));
        return old.sub(d.mul(lr));
      });
      const x = mapLeaves(before.x, (old, leaf) => old.mul(oneMinus(c)).add(z[leaf]!.mul(c)));
      const y = mapLeaves(x, (leaf, at) => leaf.mul(beta).add(z[at]!.mul(oneMinus(beta))));
      const updates = mapLeaves(y, (leaf, at) => leaf.sub(params[at]!));
      return [updates, { x, z, ...(v && { v }), lrMax, weights } as unknown as State<Tensor>];
    },
    evalParams: (_, state) => (state as Averaged).x,
  };
}
