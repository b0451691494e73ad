import { array } from '../../tensor/array.js';
import { misuse } from '../../tensor/errors.js';
import type { Tensor } from '../../tensor/tensor.js';
import { mapLeaves } from '../leaves.js';
import { checkOptions } from '../options.js';
import type { Leaves, Schedulable, Transform } from '../transform.js';

type Accelerated = { readonly x: Leaves<Tensor>; readonly t: Tensor };

export interface NesterovOptions {
  /** Step size (required): 1/L, where L bounds the curvature, is safe and right for convex problems. */
  readonly lr: Schedulable;
}

/**
 * Nesterov's accelerated gradient method, started again whenever it goes uphill. For convex problems in full batches:
 * about √κ steps a digit where gradient descent takes κ, without knowing the condition number κ.
 *
 * x⁺ = y − lr·∇f(y); if ⟨∇f(y), x⁺ − x⟩ > 0 then t ← 1; t⁺ = (1 + √(1 + 4t²))/2; y⁺ = x⁺ + (t − 1)/t⁺·(x⁺ − x).
 *
 * The parameters that are trained are the y; those to evaluate and keep are the x. The inner product is over all
 * parameters together. For the other thing called Nesterov momentum see `sgd` with `nesterov: true`.
 *
 * @throws when `lr` is negative or missing
 * @example
 * ```ts
 * import { nesterov } from '@downslope/core';
 * const optimizer = nesterov({ lr: 1 / 40 });
 * ```
 *
 * Source: Y. Nesterov, "A method of solving a convex programming problem with convergence rate O(1/k²)", 1983;
 * B. O'Donoghue, E. Candès, "Adaptive restart for accelerated gradient schemes", 2015 (the gradient scheme).
 */
export function nesterov(options: NesterovOptions): Transform<'lr'> {
  if (options?.lr === undefined)
    throw misuse('nesterov: lr is required; 1/L is right, where L bounds the curvature of the loss');
  checkOptions('nesterov', options);
  return {
    name: 'nesterov',
    hyper: { lr: options.lr },
    init: (params) => ({ x: params, t: array(1) }),
    update(gradients, state, { params, hyper }) {
      const { x, t: before } = state as Accelerated;
      const xNext = mapLeaves(params, (y, name) => y.sub(gradients[name]!.mul(hyper.lr)));
      const move = mapLeaves(xNext, (leaf, name) => leaf.sub(x[name]!));
      const t = inner(gradients, move).gt(0).where(1, before);
      const tNext = t.square().mul(4).add(1).sqrt().add(1).div(2);
      const momentum = t.sub(1).div(tNext);
      const updates = mapLeaves(gradients, (g, name) => move[name]!.mul(momentum).sub(g.mul(hyper.lr)));
      return [updates, { x: xNext, t: tNext }];
    },
    evalParams: (_, state) => (state as Accelerated).x,
  };
}

/** ⟨a, b⟩ over all leaves, in float64. */
const inner = (a: Leaves<Tensor>, b: Leaves<Tensor>): Tensor =>
  Object.keys(a)
    .map((name) => a[name]!.mul(b[name]!).sum().cast('float64'))
    .reduce((sum, part) => sum.add(part));
