import type { Tensor } from '../../tensor/tensor.js';
import { covered, labelOf } from '../coverage.js';
import { globalNorm, mapLeaves } from '../leaves.js';
import { optionsOf } from '../options.js';
import { asked, type Leaves, type Schedulable, type Transform } from '../transform.js';
import { hyperOf } from './when.js';

export interface SamOptions {
  /** ρ: how far from x the gradient is taken (default 0.05; 0.5 and more if `adaptive`). */
  readonly rho?: Schedulable;
  /** ASAM: the distance in units of each parameter, so that scaling the weights changes nothing (default false). */
  readonly adaptive?: boolean;
}

/**
 * Sharpness-aware minimisation: an optimizer that gets the gradient from the worst point near by, and so finds flat minima.
 *
 * e = ρg/‖g‖, or ρx²g/‖xg‖ if `adaptive`; the optimizer steps from x with ∇f(x + e), of the same batch. Norms are over all
 * parameters together. Each step costs two gradients.
 *
 * What should see the gradient at x + e, as clipping, goes within: `sam(chain(clipByGlobalNorm(1), sgd(…)))`.
 *
 * @param optimizer any optimizer or chain
 * @throws when an option is out of range, and at the first step where the loss cannot be evaluated again, as within `accumulate`
 * @example
 * ```ts
 * import { sam, sgd } from '@downslope/core';
 * const optimizer = sam(sgd({ lr: 0.1, momentum: 0.9 }), { rho: 0.05 });
 * ```
 *
 * Source: P. Foret et al., "Sharpness-aware minimization for efficiently improving generalization", 2021; J. Kwon et al.,
 * "ASAM: adaptive sharpness-aware minimization", 2021. 10⁻¹² is added to the norm.
 */
export function sam(optimizer: Transform, options: SamOptions = {}): Transform {
  const { rho, adaptive } = optionsOf('sam', options, { rho: 0.05, adaptive: false });
  return {
    ...optimizer,
    name: 'sam',
    hyper: hyperOf(optimizer, 'sam', { rho }),
    update(grads, state, context) {
      const { params, hyper } = context;
      const reevaluate = asked('sam', context, 'reevaluate');
      const scaled = (leaves: Leaves<Tensor>) =>
        adaptive ? mapLeaves(leaves, (leaf, name) => leaf.mul(params[name]!)) : leaves;
      const uphill = scaled(grads);
      const factor = hyper.rho!.div(globalNorm(uphill).add(1e-12));
      const e = mapLeaves(scaled(uphill), (leaf) => leaf.mul(factor));
      const { grads: there, ...more } = reevaluate(mapLeaves(params, (leaf, name) => leaf.add(e[name]!)));
      return optimizer.update(there, state, { ...context, ...more });
    },
    covers: (params) =>
      mapLeaves(covered(optimizer, params), (words) => [labelOf({ name: 'sam', hyper: { rho } }), ...words]),
  };
}
