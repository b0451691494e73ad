import { globalNorm, mapLeaves } from '../leaves.js';
import { checkOptions } from '../options.js';
import type { Schedulable, Transform } from '../transform.js';

/**
 * Shortens the gradient where it is longer than maxNorm, all parameters together; its direction stays.
 *
 * Gives g·min(1, maxNorm/‖g‖), ‖g‖ = √Σg² over all parameters.
 *
 * Put it first in a chain. One rare, steep batch then cannot throw the parameters far off: 1 is usual for transformers
 * and recurrent networks.
 *
 * @param maxNorm above 0; a schedule may change it
 * @example
 * ```ts
 * import { adamW, chain, clipByGlobalNorm } from '@downslope/core';
 * const optimizer = chain(clipByGlobalNorm(1), adamW({ lr: 1e-3 }));
 * console.log(optimizer.hyper.maxNorm); // 1
 * ```
 *
 * R. Pascanu, T. Mikolov, Y. Bengio: "On the difficulty of training recurrent neural networks", 2013. The norm is as
 * it is: PyTorch adds 1e-6 to it.
 */
export function clipByGlobalNorm(maxNorm: Schedulable): Transform<'maxNorm'> {
  checkOptions('clipByGlobalNorm', { maxNorm });
  return {
    name: 'clipByGlobalNorm',
    hyper: { maxNorm },
    init: () => ({}),
    update(updates, state, { hyper }) {
      const factor = hyper.maxNorm.div(globalNorm(updates)).minimum(1);
      return [mapLeaves(updates, (g) => g.mul(factor)), state];
    },
  };
}
