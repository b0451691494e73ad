import { cond } from '../../tensor/control/cond.js';
import type { Tensor } from '../../tensor/tensor.js';
import { debiased, movingAverage } from '../averages.js';
import { mapLeaves, zerosLike } from '../leaves.js';
import { optionsOf } from '../options.js';
import { rademacher } from '../random.js';
import { asked, type Context, type Leaves, type Schedulable, type Transform } from '../transform.js';
import { isMultiple } from '../transforms/when.js';

export interface SophiaOptions {
  /** Learning rate (default 0.001): the largest change of a parameter in one step is lr·clip. */
  readonly lr?: Schedulable;
  /** Decay of the average gradient (default 0.965). */
  readonly beta1?: Schedulable;
  /** Decay of the average curvature (default 0.99). */
  readonly beta2?: Schedulable;
  /** Factor of the curvature: the larger, the shorter the steps that are not clipped (default 0.01). */
  readonly gamma?: Schedulable;
  /** The least curvature (default 1e-12; optax 1e-8). */
  readonly eps?: Schedulable;
  /** The largest ratio of gradient to curvature (default 1). */
  readonly clip?: Schedulable;
  /** λ: each step shrinks every parameter by the part lr·λ (default 0; optax 1e-4). */
  readonly weightDecay?: Schedulable;
  /** Steps from one estimate of the curvature to the next (default 10). */
  readonly updatePeriod?: number;
  /** 'optax' debiases m, and takes the curvature from before this step's estimate (default 'paper'). */
  readonly convention?: 'paper' | 'optax';
  /** Signs for the estimates, one list over all parameters for each, in place of random ones: to repeat a given run. */
  readonly z?: readonly (readonly number[])[];
}

type Curved = { readonly m: Leaves<Tensor>; readonly h: Leaves<Tensor> };

/**
 * Sophia-H: each parameter moves by its average gradient over its curvature, no further than a limit.
 *
 * m ← β₁m + (1 − β₁)g; each `updatePeriod` steps h ← β₂h + (1 − β₂)·z∘(Hz) with random signs z (Hutchinson's estimate of
 * the Hessian's diagonal); x ← (1 − lr·λ)x − lr·clip(m/max(γh, ε), ±clip).
 *
 * It needs the loss in tensor methods, for Hessian–vector products: an estimate costs about two gradients. Two more numbers a
 * parameter are kept.
 *
 * @throws when an option is out of range, and at the first step where there is no Hessian–vector product
 * @example
 * ```ts
 * import { minimize, sophia, type Tensor } from '@downslope/core';
 * const ravine = (x: Tensor) => x.square().mul([0.5, 50]).sum();
 * console.log(minimize(ravine, [2, 1], { method: sophia({ lr: 0.05, gamma: 1 }) }).best.value);
 * ```
 *
 * Source: H. Liu et al., "Sophia: a scalable stochastic second-order optimizer for language model pre-training", 2023.
 */
export function sophia(options: SophiaOptions = {}): Transform {
  const {
    updatePeriod,
    convention,
    z: given,
    ...hyper
  } = optionsOf('sophia', options, {
    lr: 1e-3,
    beta1: 0.965,
    beta2: 0.99,
    gamma: 0.01,
    eps: options?.convention === 'optax' ? 1e-8 : 1e-12,
    clip: 1,
    weightDecay: 0,
    updatePeriod: 10,
    convention: 'paper',
    z: undefined,
  });
  const optax = convention === 'optax';
  return {
    name: 'sophia',
    hyper,
    init: (params) => ({ m: mapLeaves(params, zerosLike), h: mapLeaves(params, zerosLike) }),
    update(grads, state, context) {
      const { lr, beta1, beta2, gamma, eps, clip, weightDecay } = context.hyper as Record<string, Tensor>;
      const { params, step } = context;
      const before = state as Curved;
      const hvp = asked('sophia', context, 'hvp');
      const estimate = (): Leaves<Tensor> => {
        const z = given ? listed(given, step.sub(1).div(updatePeriod), params) : signs(context);
        const hz = hvp(z);
        return mapLeaves(before.h, (old, name) => movingAverage(old, z[name]!.mul(hz[name]!), beta2!));
      };
      const h = cond(isMultiple(step.sub(1), updatePeriod), estimate, () => before.h);
      const m = mapLeaves(before.m, (old, name) => movingAverage(old, grads[name]!, beta1!));
      const updates = mapLeaves(m, (leaf, name) => {
        const curvature = (optax ? before.h : h)[name]!.mul(gamma!).maximum(eps!);
        const ratio = (optax ? debiased(leaf, beta1!, step) : leaf).div(curvature);
        return ratio.clip(clip!.neg(), clip!).add(params[name]!.mul(weightDecay!)).mul(lr!.neg());
      });
      return [updates, { m, h }];
    },
  };
}

const signs = (context: Context): Leaves<Tensor> => {
  const random = asked('sophia', context, 'random');
  return mapLeaves(context.params, (param, name) => rademacher(random, `sophia/${name}`, param));
};

/** The list of a number, cut into the parameters' shapes. */
function listed(z: readonly (readonly number[])[], number: Tensor, params: Leaves<Tensor>): Leaves<Tensor> {
  const row = number.like(z.map((list) => [...list])).gather(number.cast('int32'));
  let at = 0;
  return mapLeaves(params, ({ size, shape, dtype }) => {
    at += size;
    return row
      .slice([at - size], [at])
      .reshape(shape)
      .cast(dtype);
  });
}
