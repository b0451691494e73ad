import { stateless } from '../leaves.js';
import { checkOptions } from '../options.js';
import type { Schedulable, Transform } from '../transform.js';

/**
 * Weight decay: gives g + λx.
 *
 * Before a scaling transform it is an L2 penalty ½λ‖x‖² on the loss, scaled like the rest of the gradient; after it,
 * and before the learning rate, it is decoupled: every parameter shrinks by the same part, 1 − lr·λ (AdamW).
 *
 * Source: I. Loshchilov, F. Hutter, "Decoupled weight decay regularization", 2019.
 */
export function addDecayedWeights(weightDecay: Schedulable): Transform<'weightDecay'> {
  checkOptions('addDecayedWeights', { weightDecay });
  return stateless('addDecayedWeights', { weightDecay }, (g, { param, hyper }) =>
    g.add(param.mul(hyper.weightDecay)),
  );
}
