import { array, type NdArray } from '../../tensor/array.js';
import type { Tensor } from '../../tensor/tensor.js';
import { covered } from '../coverage.js';
import { mapLeaves, zerosLike } from '../leaves.js';
import { optionsOf, REQUIRED } from '../options.js';
import { checkTransform, type Leaves, type Schedulable, type State, type Transform } from '../transform.js';
import { hyperOf, innerOf, isMultiple, updateIf } from './when.js';

type Sums = {
  readonly inner: State<Tensor>;
  readonly sum: Leaves<Tensor>;
  readonly loss: Tensor;
  readonly total: Tensor;
};

/**
 * Gradient accumulation: the optimizer takes one step for every k micro-batches, with the mean of their gradients; in
 * between the parameters stay. For batches that memory cannot hold.
 *
 * sum ← sum + w·g, total ← total + w; at each k-th step the optimizer gets sum/total, and both are 0 again.
 *
 * With micro-batches of one size the mean of their mean gradients is the full batch's gradient. For other sizes give each
 * its number of rows as weight: `weight: (k) => rows[k % rows.length]`, a function of the micro-batches before it.
 * The optimizer counts and schedules its own steps, one for k micro-batches. What should see the gradient of the whole
 * batch, as clipping does, belongs into the chain within. Micro-batches left at an epoch's end go to the next epoch's first.
 *
 * @param k micro-batches for one step
 * @param optimizer any optimizer or chain
 * @param options `weight` of a micro-batch, above 0 (default 1)
 * @throws when k is no positive integer
 * @example
 * ```ts
 * import { accumulate, adamW, chain, clipByGlobalNorm } from '@downslope/core';
 * const optimizer = accumulate(4, chain(clipByGlobalNorm(1), adamW({ lr: 1e-3 })));
 * ```
 */
export function accumulate(
  k: number,
  optimizer: Transform,
  options: { weight?: Schedulable } = {},
): Transform {
  const { weight } = optionsOf('accumulate', { k, ...options }, { k: REQUIRED, weight: 1 });
  checkTransform('accumulate: optimizer', optimizer);
  const slowed = mapLeaves(optimizer.hyper, (value) =>
    typeof value === 'number' ? value : (step: number) => value(Math.floor(step / k)),
  );
  return {
    name: 'accumulate',
    hyper: hyperOf({ ...optimizer, hyper: slowed }, 'accumulate', { weight }),
    init: (params) => ({
      inner: optimizer.init(params),
      sum: mapLeaves(params, zerosLike),
      loss: array(0) as NdArray,
      total: array(0) as NdArray,
    }),
    update(gradients, state, context) {
      const before = state as Sums;
      const weight = context.hyper.weight!;
      const sum = mapLeaves(before.sum, (old, name) => old.add(gradients[name]!.mul(weight)));
      const loss = before.loss.add(weight.mul(context.loss?.cast('float64') ?? 0));
      const total = before.total.add(weight);
      const last = isMultiple(context.step, k);
      const mean = mapLeaves(sum, (leaf) => leaf.div(total));
      const step = context.step.div(k).ceil();
      // Elsewhere only the last micro-batch could be evaluated, and a metric may have come with another.
      const own = {
        ...context,
        step,
        loss: context.loss && loss.div(total),
        reevaluate: undefined,
        metric: undefined,
      };
      const [updates, inner] = updateIf(last, optimizer, mean, before.inner, own);
      const kept = (x: Tensor): Tensor => last.where(x.like(0), x);
      return [updates, { inner, sum: mapLeaves(sum, kept), loss: kept(loss), total: kept(total) }];
    },
    ...innerOf(optimizer),
    covers: (params) => mapLeaves(covered(optimizer, params), (words) => [`accumulate(k ${k})`, ...words]),
  };
}
