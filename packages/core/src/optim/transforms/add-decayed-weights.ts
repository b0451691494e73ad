import { stateless } from '../leaves.js';
import { checkOptions } from '../options.js';
import type { Schedulable, Transform } from '../transform.js';
import { masked } from './masked.js';
import type { Selector } from './select.js';

/**
 * Weight decay: gives g + λx.
 *
 * Before a scaling transform it is an L2 penalty ½λ‖x‖² on the loss, scaled like the rest of the gradient; after it,
 * and before the learning rate, it is decoupled: every parameter shrinks by the same part, 1 − lr·λ (AdamW).
 *
 * @param weightDecay λ
 * @param only which parameters, by name or shape (default all): `matrices` spares biases and gains of normalisation
 * @example
 * ```ts
 * import { addDecayedWeights, chain, matrices, scaleByAdam, scaleByLearningRate } from '@downslope/core';
 * const optimizer = chain(scaleByAdam(), addDecayedWeights(0.01, matrices), scaleByLearningRate(1e-3));
 * ```
 *
 * Source: I. Loshchilov, F. Hutter, "Decoupled weight decay regularization", 2019.
 */
export function addDecayedWeights(weightDecay: Schedulable, only?: Selector): Transform<'weightDecay'> {
  checkOptions('addDecayedWeights', { weightDecay });
  const decay = stateless('addDecayedWeights', { weightDecay }, (g, { param, hyper }) =>
    g.add(param.mul(hyper.weightDecay)),
  );
  return only ? masked(decay, only) : decay;
}
