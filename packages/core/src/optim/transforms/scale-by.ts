import { nameTransform } from '../chain.js';
import { stateless } from '../leaves.js';
import { checkOptions } from '../options.js';
import type { Schedulable, Transform } from '../transform.js';
import { masked } from './masked.js';
import type { Selector } from './select.js';

/**
 * Multiplies updates by a factor: layer-wise rates. The last of a chain; a layer's rate is then factor·lr, also of its
 * decoupled weight decay.
 *
 * @param factor from 0 on; a schedule may raise it as training goes on
 * @param only for which parameters: a pattern in the name, or a predicate of name and shape (default all)
 * @example
 * ```ts
 * import { adamW, chain, scaleBy } from '@downslope/core';
 * // The first layers of a network that has learned before move less.
 * const optimizer = chain(adamW({ lr: 1e-3 }), scaleBy(0.1, /^hidden0/), scaleBy(0.3, /^hidden1/));
 * ```
 *
 * J. Howard, S. Ruder: "Universal language model fine-tuning for text classification", 2018 (discriminative rates).
 */
export function scaleBy(factor: Schedulable, only: Selector = () => true): Transform<'factor'> {
  checkOptions('scaleBy', { factor });
  const scale = stateless('scaleBy', { factor }, (g, { hyper }) => g.mul(hyper.factor));
  return nameTransform('scaleBy', masked(scale, only)) as Transform<'factor'>;
}
