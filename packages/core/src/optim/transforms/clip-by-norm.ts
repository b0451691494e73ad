import { stateless } from '../leaves.js';
import { checkOptions } from '../options.js';
import type { Schedulable, Transform } from '../transform.js';

/**
 * Shortens the gradient of each parameter that is longer than maxNorm, each by itself (Keras' `clipnorm`).
 *
 * Gives g·min(1, maxNorm/‖g‖). The gradient as a whole may turn; `clipByGlobalNorm` keeps its direction.
 *
 * @param maxNorm above 0; a schedule may change it
 * @example
 * ```ts
 * import { chain, clipByNorm, sgd } from '@downslope/core';
 * const optimizer = chain(clipByNorm(1), sgd({ lr: 0.1 }));
 * ```
 */
export function clipByNorm(maxNorm: Schedulable): Transform<'maxNorm'> {
  checkOptions('clipByNorm', { maxNorm });
  return stateless('clipByNorm', { maxNorm }, (g, { hyper }) =>
    g.mul(hyper.maxNorm.div(g.square().sum().sqrt().cast('float64')).minimum(1)),
  );
}
