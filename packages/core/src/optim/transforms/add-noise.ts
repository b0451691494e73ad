import { trainingPass } from '../../tensor/training.js';
import { mapLeaves } from '../leaves.js';
import { optionsOf } from '../options.js';
import { normal } from '../random.js';
import type { Schedulable, Transform } from '../transform.js';

/**
 * Gradient noise, less and less of it: helps very deep networks away from a poor start.
 *
 * Gives g + ξ with ξ ~ N(0, η/t^γ) for each number, at step t = 1, 2, … The numbers are a function of seed, step and the
 * parameter's name alone, so that a run that is repeated or resumed has the same.
 *
 * @param options `eta`, the variance at the first step (default 0.01; the paper tries 0.01, 0.3 and 1); `gamma` (default
 *   0.55); `seed` (default 0)
 * @example
 * ```ts
 * import { addNoise, adam, chain } from '@downslope/core';
 * const optimizer = chain(addNoise({ eta: 0.3 }), adam());
 * ```
 *
 * Source: A. Neelakantan et al., "Adding gradient noise improves learning for very deep networks", 2015.
 */
export function addNoise(
  options: { eta?: Schedulable; gamma?: Schedulable; seed?: number } = {},
): Transform<'eta' | 'gamma'> {
  const { eta, gamma, seed } = optionsOf('addNoise', options, {
    eta: 0.01,
    gamma: 0.55,
    seed: 0,
  });
  return {
    name: 'addNoise',
    hyper: { eta, gamma },
    init: () => ({}),
    update(updates, state, { hyper, step }) {
      const deviation = hyper.eta.div(step.pow(hyper.gamma)).sqrt();
      const random = trainingPass(step.like(seed), step);
      const noisy = mapLeaves(updates, (g, name) => g.add(normal(random, `noise/${name}`, g).mul(deviation)));
      return [noisy, state];
    },
  };
}
