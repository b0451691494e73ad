import { misuse } from '../../tensor/errors.js';
import type { Tensor } from '../../tensor/tensor.js';
import { covered } from '../coverage.js';
import { mapLeaves } from '../leaves.js';
import type { Context, Evaluation, Leaves, Transform } from '../transform.js';
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
export const masked = <Hyper extends string>(
  transform: Transform<Hyper>,
  only: Selector,
): Transform<Hyper> => ({
  ...partly(transform, only),
  init(params) {
    const chosen = selected(params, only, params);
    if (Object.keys(chosen).length === 0)
      throw misuse(
        `masked: ${transform.name} is for ${only instanceof RegExp ? only : 'a predicate'}, which selects no parameter of ${Object.keys(params).join(', ')}`,
      );
    return transform.init(chosen);
  },
});

/** The same, also where there may be no parameter to select. */
export function partly<Hyper extends string>(transform: Transform<Hyper>, only: Selector): Transform<Hyper> {
  const { name, hyper, evalParams, rate } = transform;
  return {
    name,
    hyper,
    init: (params) => transform.init(selected(params, only, params)),
    update(updates, state, context) {
      const params = selected(context.params, only, context.params);
      if (Object.keys(params).length === 0) return [updates, state];
      const inner = { ...context, ...within(context, only), params };
      const [changed, next] = transform.update(selected(updates, only, updates), state, inner);
      return [{ ...updates, ...changed }, next];
    },
    covers: (params) => ({
      ...mapLeaves(params, () => []),
      ...covered(transform, selected(params, only, params)),
    }),
    ...(rate && { rate }),
    ...(evalParams && {
      evalParams: (params, state) => ({ ...params, ...evalParams(selected(params, only, params), state) }),
    }),
  };
}

/** The loss as a function of the selected parameters, the others as they are. */
function within(
  { params, reevaluate, hvp }: Partial<Evaluation> & Pick<Context, 'params'>,
  only: Selector,
): Partial<Evaluation> {
  const chosen = (leaves: Leaves<Tensor>) => selected(leaves, only, params);
  const still = () => mapLeaves(params, (leaf) => leaf.like(0).broadcastTo(leaf.shape));
  return {
    ...(reevaluate && {
      reevaluate(at) {
        const all = { ...params, ...at };
        const there = reevaluate(all);
        return { ...there, grads: chosen(there.grads), ...within({ params: all, ...there }, only) };
      },
    }),
    ...(hvp && { hvp: (v) => chosen(hvp({ ...still(), ...v })) }),
  };
}
