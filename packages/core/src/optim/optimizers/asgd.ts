import type { Tensor } from '../../tensor/tensor.js';
import { leafwise, mapLeaves, zerosLike } from '../leaves.js';
import { optionsOf } from '../options.js';
import type { Schedulable, State, Transform } from '../transform.js';

export interface AsgdOptions {
  /** Learning rate of the first step (default 0.01). */
  readonly lr?: Schedulable;
  /** How fast the rate falls, and a decay of the weights at that rate (default 1e-4). */
  readonly lambd?: Schedulable;
  /** The power with which the rate falls (default 0.75). */
  readonly alpha?: Schedulable;
  /** The step at which the average begins (default 1e6): set it to where your run has settled. */
  readonly t0?: Schedulable;
  /** λ of an L2 penalty ½λ‖x‖² (default 0). */
  readonly weightDecay?: Schedulable;
}

/**
 * Averaged SGD: plain steps at a slowly falling rate; the weights to keep are the average of those passed through.
 *
 * η = lr/(1 + lambd·lr·(t − 1))^alpha; x ← x − η(∇f(x) + (λ + lambd)x); a ← a + (x − a)/max(1, t − 1 − t0).
 *
 * Up to step t0 + 2 a is x. `evalParams` gives a: these are the weights that `fit` scores and keeps. One more number a
 * parameter is kept.
 *
 * @throws when an option is out of range
 * @example
 * ```ts
 * import { asgd } from '@downslope/core';
 * const optimizer = asgd({ lr: 0.1, t0: 500 });
 * ```
 *
 * Source: B. Polyak, A. Juditsky, "Acceleration of stochastic approximation by averaging", 1992, in PyTorch's form.
 */
export function asgd(options: AsgdOptions = {}): Transform {
  const { lr, lambd, alpha, t0, weightDecay } = optionsOf('asgd', options, {
    lr: 0.01,
    lambd: 1e-4,
    alpha: 0.75,
    t0: 1e6,
    weightDecay: 0,
  });
  const rule = leafwise({
    name: 'asgd',
    hyper: { lr, lambd, alpha, t0, weightDecay },
    init: (param) => ({ average: zerosLike(param) }),
    update(g, { average }, { param, hyper, step }) {
      const taken = step.sub(1);
      const eta = hyper.lr.div(hyper.lambd.mul(hyper.lr).mul(taken).add(1).pow(hyper.alpha));
      const move = g.add(param.mul(hyper.weightDecay.add(hyper.lambd))).mul(eta.neg());
      const mu = taken.sub(hyper.t0).maximum(1).reciprocal();
      return [move, { average: average.add(param.add(move).sub(average).mul(mu)) }];
    },
  });
  const evalParams: Transform['evalParams'] = (params, state) =>
    mapLeaves(params, (_, name) => (state[name] as State<Tensor>).average as Tensor);
  return { ...rule, evalParams };
}
