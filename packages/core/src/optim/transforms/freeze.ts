import { nameTransform } from '../chain.js';
import { stateless } from '../leaves.js';
import { optionsOf } from '../options.js';
import type { Transform } from '../transform.js';
import { masked } from './masked.js';
import type { Selector } from './select.js';

/**
 * Keeps some parameters as they are: gives 0 for them. The last of a chain, after weight decay and all else that moves.
 *
 * With `until` they move from step until + 1 on: a new head learns first, then all of the network. Moments that an optimizer
 * before it keeps are of all gradients, those of the frozen steps included, so the first step that moves is no jump.
 *
 * @param only which parameters: a pattern in the name, or a predicate of name and shape (default all, for a group)
 * @param options `until`: how many steps long (default all)
 * @example
 * ```ts
 * import { adam, chain, freeze } from '@downslope/core';
 * const headOnly = chain(adam(), freeze(/^hidden/));
 * const headFirst = chain(adam(), freeze(/^hidden/, { until: 500 }));
 * ```
 *
 * J. Howard, S. Ruder: "Universal language model fine-tuning for text classification", 2018.
 */
export function freeze(only: Selector = () => true, options: { until?: number } = {}): Transform {
  const { until } = optionsOf('freeze', options, { until: Number.POSITIVE_INFINITY });
  const frozen = stateless('freeze', {}, (g, { step }) => {
    const still = g.like(0).broadcastTo(g.shape);
    return until === Number.POSITIVE_INFINITY ? still : step.gt(until).where(g, still);
  });
  return nameTransform('freeze', masked(frozen, only));
}
