import { mapLeaves } from '../leaves.js';
import { optionsOf } from '../options.js';
import { normal } from '../random.js';
import { asked, type Schedulable, type Transform } from '../transform.js';

export interface SgldOptions {
  /** Learning rate (default 0.001). */
  readonly lr?: Schedulable;
  /** T: how hot. For samples of the posterior take 1/rows where the loss is a mean over rows (default 1e-4). */
  readonly temperature?: Schedulable;
}

/**
 * Stochastic gradient Langevin dynamics: gradient descent with as much noise as makes it draw samples, not find the minimum.
 *
 * x ← x − lr·∇f(x) + √(2·lr·T)·ξ, ξ ~ N(0, 1). For small rates x is distributed as exp(−f(x)/T).
 *
 * The numbers are a function of the run's seed, the step and the parameter's name alone.
 *
 * @throws when an option is out of range, and at the first step where there are no random numbers
 * @example
 * ```ts
 * import { sgld } from '@downslope/core';
 * const optimizer = sgld({ lr: 0.01, temperature: 1 / 500 });
 * ```
 *
 * Source: M. Welling, Y. Teh, "Bayesian learning via stochastic gradient Langevin dynamics", 2011.
 */
export function sgld(options: SgldOptions = {}): Transform {
  const hyper = optionsOf('sgld', options, { lr: 1e-3, temperature: 1e-4 });
  return {
    name: 'sgld',
    hyper,
    init: () => ({}),
    update(grads, state, context) {
      const random = asked('sgld', context, 'random');
      const { lr, temperature } = context.hyper;
      const deviation = lr!.mul(2).mul(temperature!).sqrt();
      const updates = mapLeaves(grads, (g, name) =>
        normal(random, `sgld/${name}`, g).mul(deviation).sub(g.mul(lr!)),
      );
      return [updates, state];
    },
  };
}
