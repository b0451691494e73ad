import { array } from '../../tensor/array.js';
import type { Tensor } from '../../tensor/tensor.js';
import { mapLeaves } from '../leaves.js';
import { optionsOf } from '../options.js';
import type { Leaves, Transform } from '../transform.js';
import { isMultiple } from './when.js';

type Averaged = { readonly average: Leaves<Tensor>; readonly count: Tensor };

/**
 * Stochastic weight averaging: the equal average of the weights at certain steps, to evaluate with and to keep.
 *
 * After steps start + every, start + 2·every, …: n ← n + 1; avg ← avg + (x − avg)/n. Until the first of them the weights
 * themselves are evaluated. The last of a chain; one more number a parameter. With `{}` it is the average of all iterates,
 * Polyak and Ruppert's.
 *
 * Start when the loss has become flat, with a constant or cyclic learning rate that keeps the weights moving.
 *
 * @param options `start`, in steps (default 0); `every`, steps between two that count (default 1)
 * @example
 * ```ts
 * import { chain, sgd, swa } from '@downslope/core';
 * const optimizer = chain(sgd({ lr: 0.05, momentum: 0.9 }), swa({ start: 5000, every: 100 }));
 * ```
 *
 * Sources: P. Izmailov et al., "Averaging weights leads to wider optima and better generalization", 2018; B. Polyak,
 * A. Juditsky, "Acceleration of stochastic approximation by averaging", 1992.
 */
export function swa(options: { start?: number; every?: number } = {}): Transform {
  const { start, every } = optionsOf('swa', options, {
    start: 0,
    every: 1,
  });
  return {
    name: 'swa',
    hyper: {},
    init: (params) => ({ average: params, count: array(0) }),
    update(updates, state, { params, step }) {
      const { average, count } = state as Averaged;
      const counts = step.gt(start).and(isMultiple(step.sub(start), every));
      const next = count.add(counts.where(1, count.like(0)));
      const part = counts.where(next.maximum(1).reciprocal(), next.like(0));
      const averaged = mapLeaves(average, (old, name) =>
        old.add(params[name]!.add(updates[name]!).sub(old).mul(part)),
      );
      return [updates, { average: averaged, count: next }];
    },
    evalParams(params, state) {
      const { average, count } = state as Averaged;
      return mapLeaves(params, (param, name) => count.gt(0).where(average[name]!, param));
    },
  };
}
