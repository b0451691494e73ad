import type { Tensor } from '../../tensor/tensor.js';
import { stateless } from '../leaves.js';
import { optionsOf } from '../options.js';
import type { Schedulable, Transform } from '../transform.js';
import { fanIn } from './fan-in.js';

/**
 * Adaptive gradient clipping, AGC: the gradient of each unit's weights is held to a part of the weights' own length.
 *
 * Gives gᵢ·min(1, clipping·max(‖wᵢ‖, eps)/‖gᵢ‖) for each unit i: a column of a matrix [inputs, outputs], a kernel of
 * [outputs, inputs, …], or a vector as a whole.
 *
 * It makes large batches and networks without normalisation trainable. The paper leaves the last layer out: `masked`.
 *
 * @param options `clipping` (default 0.01), smaller for larger batches; `eps` (default 0.001) lets zero weights move
 * @example
 * ```ts
 * import { chain, clipAdaptive, sgd } from '@downslope/core';
 * const optimizer = chain(clipAdaptive({ clipping: 0.02 }), sgd({ lr: 0.1, momentum: 0.9 }));
 * ```
 *
 * Source: A. Brock, S. De, S. Smith, K. Simonyan, "High-performance large-scale image recognition without
 * normalization", 2021.
 */
export function clipAdaptive(
  options: { clipping?: Schedulable; eps?: Schedulable } = {},
): Transform<'clipping' | 'eps'> {
  const { clipping, eps } = optionsOf('clipAdaptive', options, {
    clipping: 0.01,
    eps: 1e-3,
  });
  return stateless('clipAdaptive', { clipping, eps }, (g, { param, hyper }) => {
    const limit = unitNorms(param).maximum(hyper.eps).mul(hyper.clipping);
    return g.mul(limit.div(unitNorms(g)).minimum(1));
  });
}

const unitNorms = (x: Tensor): Tensor => x.square().sum(fanIn(x.rank), { keepDims: true }).sqrt();
