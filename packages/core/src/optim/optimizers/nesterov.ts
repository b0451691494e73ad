import { array } from '../../tensor/array.js';
import { misuse } from '../../tensor/errors.js';
import type { Tensor } from '../../tensor/tensor.js';
import { inner, mapLeaves } from '../leaves.js';
import { optionsOf, REQUIRED } from '../options.js';
import type { Leaves, Schedulable, Transform } from '../transform.js';

type Accelerated = { readonly x: Leaves<Tensor>; readonly t: Tensor };

export interface NesterovOptions {
  /** Step size (required): 1/L, where L bounds the curvature, is safe and right for convex problems. */
  readonly lr: Schedulable;
  /** A momentum μ that stays, in place of the method's own rising one with its restarts (default: the method's own). */
  readonly momentum?: Schedulable;
}

/**
 * Nesterov's accelerated gradient method, started again whenever it goes uphill. For convex problems in full batches:
 * about √κ steps a digit where gradient descent takes κ, without knowing the condition number κ.
 *
 * x⁺ = y − lr·∇f(y); if ⟨∇f(y), x⁺ − x⟩ > 0 then t ← 1; t⁺ = (1 + √(1 + 4t²))/2; y⁺ = x⁺ + (t − 1)/t⁺·(x⁺ − x).
 * With `momentum` μ: v ← μv − lr·∇f(x + μv); x ← x + v, with y = x + μv.
 *
 * The parameters that are trained are the y; those to evaluate and keep are the x. The inner product is over all
 * parameters together. For the other thing called Nesterov momentum see `sgd` with `nesterov: true`.
 *
 * @throws when an option is out of range, or `lr` is missing
 * @example
 * ```ts
 * import { nesterov } from '@downslope/core';
 * const optimizer = nesterov({ lr: 1 / 40 });
 * ```
 *
 * Source: Y. Nesterov, "A method of solving a convex programming problem with convergence rate O(1/k²)", 1983;
 * B. O'Donoghue, E. Candès, "Adaptive restart for accelerated gradient schemes", 2015 (the gradient scheme). A scheduled
 * momentum looks ahead by the value of the step before.
 */
export function nesterov(options: NesterovOptions): Transform {
  if (options?.lr === undefined)
    throw misuse('nesterov: lr is required; 1/L is right, where L bounds the curvature of the loss');
  const { lr, momentum } = optionsOf('nesterov', options, { lr: REQUIRED, momentum: undefined });
  const rising = momentum === undefined;
  return {
    name: 'nesterov',
    hyper: { lr, ...(!rising && { momentum }) },
    init: (params) => ({ x: params, ...(rising && { t: array(1) }) }),
    update(gradients, state, { params, hyper }) {
      const { x, t: before } = state as Accelerated;
      const { lr, momentum: constant } = hyper as Record<string, Tensor>;
      const xNext = mapLeaves(params, (y, name) => y.sub(gradients[name]!.mul(lr!)));
      const move = mapLeaves(xNext, (leaf, name) => leaf.sub(x[name]!));
      const [momentum, t] = constant ? [constant] : rise(before, inner(gradients, move).gt(0));
      const updates = mapLeaves(gradients, (g, name) => move[name]!.mul(momentum).sub(g.mul(lr!)));
      return [updates, { x: xNext, ...(t && { t }) }];
    },
    evalParams: (_, state) => (state as Accelerated).x,
  };
}

/** The momentum (t − 1)/t⁺ and t⁺, with t from 1 again at a restart. */
function rise(before: Tensor, restart: Tensor): [momentum: Tensor, next: Tensor] {
  const t = restart.where(1, before);
  const next = t.square().mul(4).add(1).sqrt().add(1).div(2);
  return [t.sub(1).div(next), next];
}
