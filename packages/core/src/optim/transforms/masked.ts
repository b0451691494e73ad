import { misuse } from '../../tensor/errors.js';
import { covered } from '../coverage.js';
import { mapLeaves } from '../leaves.js';
import type { Transform } from '../transform.js';
import { type Selector, selected } from './select.js';

/**
 * A transform for some of the parameters; the updates of the others pass through as they are.
 *
 * The transform neither sees the others nor keeps state for them: a norm is that of the selected parameters alone.
 * `coverage` tells what each parameter gets.
 *
 * @param transform what to apply
 * @param only to which parameters: a pattern in the name, or a predicate of name and shape
 * @throws when the optimizer starts, if no parameter is selected
 * @example
 * ```ts
 * import { adamW, chain, clipAdaptive, masked } from '@downslope/core';
 * const optimizer = chain(masked(clipAdaptive(), (name) => !name.startsWith('output.')), adamW());
 * ```
 */
export function masked<Hyper extends string>(transform: Transform<Hyper>, only: Selector): Transform<Hyper> {
  const { name, hyper, evalParams } = transform;
  return {
    name,
    hyper,
    init(params) {
      const chosen = selected(params, only, params);
      if (Object.keys(chosen).length === 0)
        throw misuse(
          `masked: ${name} is for ${only instanceof RegExp ? only : 'a predicate'}, which selects no parameter of ${Object.keys(params).join(', ')}`,
        );
      return transform.init(chosen);
    },
    update(updates, state, context) {
      const params = selected(context.params, only, context.params);
      const [changed, next] = transform.update(selected(updates, only, updates), state, {
        ...context,
        params,
      });
      return [{ ...updates, ...changed }, next];
    },
    covers: (params) => ({
      ...mapLeaves(params, () => []),
      ...covered(transform, selected(params, only, params)),
    }),
    ...(evalParams && {
      evalParams: (params, state) => ({ ...params, ...evalParams(selected(params, only, params), state) }),
    }),
  };
}
