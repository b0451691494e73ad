import { nameTransform } from '../chain.js';
import { stateless } from '../leaves.js';
import type { Transform } from '../transform.js';
import { masked } from './masked.js';
import type { Selector } from './select.js';

/**
 * Keeps some parameters as they are: gives 0 for them. The last of a chain, after weight decay and all else that moves.
 *
 * @param only which parameters: a pattern in the name, or a predicate of name and shape (default all, for a group)
 * @example
 * ```ts
 * import { adam, chain, freeze } from '@downslope/core';
 * const optimizer = chain(adam(), freeze(/^hidden0\./));
 * ```
 */
export const freeze = (only: Selector = () => true): Transform =>
  nameTransform(
    'freeze',
    masked(
      stateless('freeze', {}, (g) => g.like(0).broadcastTo(g.shape)),
      only,
    ),
  );
