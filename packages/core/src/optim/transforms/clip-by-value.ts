import { stateless } from '../leaves.js';
import { checkOptions } from '../options.js';
import type { Schedulable, Transform } from '../transform.js';

/**
 * Holds every number of the gradient to −limit … limit.
 *
 * It changes the gradient's direction, unlike `clipByGlobalNorm`: for gradients of which single numbers run wild.
 *
 * @param limit at least 0; a schedule may change it
 * @example
 * ```ts
 * import { chain, clipByValue, sgd } from '@downslope/core';
 * const optimizer = chain(clipByValue(0.5), sgd({ lr: 0.1, momentum: 0.9 }));
 * ```
 */
export function clipByValue(limit: Schedulable): Transform<'limit'> {
  checkOptions('clipByValue', { limit });
  return stateless('clipByValue', { limit }, (g, { hyper }) => g.clip(hyper.limit.neg(), hyper.limit));
}
