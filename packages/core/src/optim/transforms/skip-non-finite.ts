import { array } from '../../tensor/array.js';
import type { Tensor } from '../../tensor/tensor.js';
import { covered } from '../coverage.js';
import { mapLeaves } from '../leaves.js';
import type { Leaves, State, Transform } from '../transform.js';
import { innerOf, updateIf } from './when.js';

type Guarded = { readonly inner: State<Tensor>; readonly taken: Tensor };

/**
 * Leaves out steps whose gradient has a NaN or an infinity: parameters and the optimizer's state stay as they are, and the
 * optimizer does not count the step.
 *
 * For a rare batch whose gradient overflows, as in float32 with exp. The state's `taken` tells how many steps were taken.
 * It is for training steps of one's own: `fit` stops before the first step whose loss or gradient is not finite, whatever
 * the optimizer.
 *
 * @example
 * ```ts
 * import { adam, skipNonFinite } from '@downslope/core';
 * const optimizer = skipNonFinite(adam({ lr: 0.01 }));
 * ```
 */
export const skipNonFinite = (optimizer: Transform): Transform => ({
  name: 'skipNonFinite',
  hyper: optimizer.hyper,
  init: (params) => ({ inner: optimizer.init(params), taken: array(0) }),
  update(gradients, state, context) {
    const before = state as Guarded;
    const finite = allFinite(gradients);
    const step = before.taken.add(1);
    const [updates, inner] = updateIf(finite, optimizer, gradients, before.inner, { ...context, step });
    return [updates, { inner, taken: finite.where(step, before.taken) }];
  },
  ...innerOf(optimizer),
  covers: (params) => mapLeaves(covered(optimizer, params), (words) => ['skipNonFinite', ...words]),
});

const allFinite = (leaves: Leaves<Tensor>): Tensor =>
  Object.values(leaves)
    .map((x) => x.abs().lt(Number.POSITIVE_INFINITY).not().cast('float64').sum())
    .reduce((count, part) => count.add(part))
    .eq(0);
