import { hvp, valueAndGrad } from '../autodiff/grad.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Evaluation, Leaves } from './transform.js';

/**
 * A loss at some parameters while tracing: value and gradient, and what else an optimizer may ask for.
 *
 * @param loss of the parameters by name, a scalar
 * @param params where
 * @example
 * ```ts
 * import { applyUpdates, compile, evaluationOf, type Leaves, sam, sgd, type State, type Tensor } from '@downslope/core';
 * const optimizer = sam(sgd({ lr: 0.1 }), { rho: 0.05 });
 * const loss = ({ x }: Leaves<Tensor>) => x!.square().sum();
 * const step = compile((params: Leaves<Tensor>, state: State<Tensor>, hyper: Leaves<Tensor>, step: Tensor) => {
 *   const { grads, ...more } = evaluationOf(loss, params);
 *   const [updates, next] = optimizer.update(grads, state, { params, hyper, step, ...more });
 *   return { params: applyUpdates(params, updates), state: next };
 * });
 * ```
 */
export function evaluationOf(loss: (params: Leaves<Tensor>) => Tensor, params: Leaves<Tensor>): Evaluation {
  const [value, grads] = valueAndGrad(loss)(params) as [Tensor, Leaves<Tensor>];
  return {
    loss: value,
    grads,
    reevaluate: (at) => evaluationOf(loss, at),
    hvp: (v) => hvp(loss, params, v) as Leaves<Tensor>,
  };
}
