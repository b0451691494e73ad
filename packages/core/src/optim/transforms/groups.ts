import { spelled } from '../../tensor/checks.js';
import { misuse } from '../../tensor/errors.js';
import { chain } from '../chain.js';
import { checkTransform, type Transform } from '../transform.js';
import { masked } from './masked.js';
import { isSelected, type Selector } from './select.js';

/** Parameters with an optimizer of their own. */
export interface Group {
  /** Which parameters: a pattern in the name, or a predicate of name and shape; left out, all the rest. */
  readonly params?: Selector;
  readonly optimizer: Transform;
}

/**
 * Each parameter goes to the first group that takes it, and is trained by that group's optimizer alone.
 *
 * A global norm within a group is that of the group; to clip by the norm of all, put `clipByGlobalNorm` before the groups
 * in a chain. The hyperparameters of all groups are merged as in `chain`: `lr`, then `lr_2`, …
 *
 * @throws when the optimizer starts, if a parameter belongs to no group or a group has no parameter
 * @example
 * ```ts
 * import { adamW, groups, sgd } from '@downslope/core';
 * const optimizer = groups([
 *   { params: /\.b$/, optimizer: sgd({ lr: 0.1 }) },
 *   { optimizer: adamW({ lr: 1e-3 }) },
 * ]);
 * console.log(optimizer.hyper.lr_2); // 0.001
 * ```
 */
export function groups(parts: readonly Group[]): Transform {
  if (!Array.isArray(parts))
    throw misuse(`groups: expected a list such as [{ params: /w$/, optimizer }], got ${spelled(parts)}`);
  for (const [i, part] of parts.entries())
    checkTransform(`groups: optimizer of group ${i + 1}`, part?.optimizer);
  const selectors = parts.map(({ params }) => params ?? (() => true));
  const all = chain(
    ...parts.map(({ optimizer }, i) =>
      masked(optimizer, (name, shape) => selectors.findIndex((one) => isSelected(one, name, shape)) === i),
    ),
  );
  return {
    ...all,
    name: 'groups',
    init(params) {
      const left = Object.entries(params).filter(
        ([name, { shape }]) => !selectors.some((one) => isSelected(one, name, shape)),
      );
      if (left.length > 0)
        throw misuse(
          `groups: no group takes ${left.map(([name]) => name).join(', ')}; a last group without params takes the rest`,
        );
      return all.init(params);
    },
  };
}
