import { array } from '../../tensor/array.js';
import { isTensor, type Tensor } from '../../tensor/tensor.js';
import { covered } from '../coverage.js';
import { globalNorm, mapLeaves } from '../leaves.js';
import { optionsOf } from '../options.js';
import { checkTransform, type State, type Transform } from '../transform.js';
import { innerOf } from './when.js';

export interface LossScalingOptions {
  /** The scale at the start (default 65,536). */
  readonly initialScale?: number;
  /** What the scale is multiplied by after `interval` good steps in a row (default 2). */
  readonly growth?: number;
  /** What it is multiplied by when a gradient overflows (default ½). */
  readonly backoff?: number;
  /** Good steps in a row after which the scale grows (default 2,000). */
  readonly interval?: number;
}

type Scaled = {
  readonly inner: State<Tensor>;
  readonly scale: Tensor;
  readonly good: Tensor;
  readonly taken: Tensor;
  readonly skipped: Tensor;
};

/** No scale is so small that it is of use. */
const LEAST = 2 ** -24;

/**
 * Dynamic loss scaling: the loss is multiplied by a scale before it is differentiated, so that small gradients are not lost
 * in float16, and the optimizer gets the gradients divided by it. A step whose gradients overflow is skipped.
 *
 * finite: x ← x + u(g/S), and S ← growth·S after `interval` such steps in a row; else x stays, and S ← backoff·S.
 *
 * `fit` with `precision: 'mixed'` puts it around the optimizer; what it says by `lossScale` makes the training step keep
 * activations and gradients as float16. The state's `skipped` counts the steps that were skipped; the optimizer does not
 * count them. It keeps no loss for optimizers that look at it again, as `sam` does.
 *
 * @throws when an option is out of range
 * @example
 * ```ts
 * import { adam, lossScaling } from '@downslope/core';
 * const optimizer = lossScaling(adam({ lr: 1e-3 }), { initialScale: 1024 });
 * ```
 *
 * P. Micikevicius et al.: "Mixed precision training", 2018.
 */
export function lossScaling(optimizer: Transform, options: LossScalingOptions = {}): Transform {
  const defaults = { initialScale: 65_536, growth: 2, backoff: 0.5, interval: 2000 };
  const { initialScale, growth, backoff, interval } = optionsOf('lossScaling', options, defaults);
  checkTransform('lossScaling: optimizer', optimizer);
  return {
    name: 'lossScaling',
    hyper: optimizer.hyper,
    init: (params) => ({
      inner: optimizer.init(params),
      scale: array(initialScale),
      good: array(0),
      taken: array(0),
      skipped: array(0),
    }),
    lossScale: (state) => state.scale as Tensor,
    update(scaled, state, context) {
      const before = state as Scaled;
      const finite = (context.gradNorm ?? globalNorm(scaled)).lt(Number.POSITIVE_INFINITY);
      const grads = mapLeaves(scaled, (g) => g.div(before.scale));
      const step = before.taken.add(1);
      const own = { ...context, step, gradNorm: undefined, reevaluate: undefined, hvp: undefined };
      // Both ways are worked out: a choice element by element needs no gradient as a whole.
      const [moves, next] = optimizer.update(grads, before.inner, own);
      const updates = mapLeaves(moves, (u) => finite.where(u, u.like(0)));
      const inner = either(finite, next, before.inner);
      const good = finite.where(before.good.add(1), 0);
      const grows = good.ge(interval);
      const scale = finite.where(grows.where(growth, 1), backoff).cast('float64').mul(before.scale);
      return [
        updates,
        {
          inner,
          scale: scale.maximum(LEAST),
          good: grows.where(0, good),
          taken: finite.where(step, before.taken),
          skipped: finite.where(before.skipped, before.skipped.add(1)),
        },
      ];
    },
    ...innerOf(optimizer),
    covers: (params) => mapLeaves(covered(optimizer, params), (words) => ['lossScaling', ...words]),
  };
}

const either = (condition: Tensor, one: State<Tensor>, other: State<Tensor>): State<Tensor> =>
  mapLeaves(other, (old, key) =>
    isTensor(old)
      ? condition.where(one[key] as Tensor, old)
      : either(condition, one[key] as State<Tensor>, old),
  );
