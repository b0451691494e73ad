import { movingAverage } from '../averages.js';
import { chain, nameTransform } from '../chain.js';
import { leafwise, zerosLike } from '../leaves.js';
import { optionsOf } from '../options.js';
import type { Schedulable, Transform } from '../transform.js';
import { addDecayedWeights } from '../transforms/add-decayed-weights.js';
import { scaleByLearningRate } from '../transforms/scale-by-learning-rate.js';

export interface LionOptions {
  /** Learning rate: the change of *every* parameter in one step (default 1e-4). A third to a tenth of Adam's is right. */
  readonly lr?: Schedulable;
  /** Weight of the average in the direction (default 0.9). */
  readonly beta1?: Schedulable;
  /** Decay of the average of gradients (default 0.99). */
  readonly beta2?: Schedulable;
  /** λ: each step shrinks every parameter by the part lr·λ (default 0). Three to ten times AdamW's is right. */
  readonly weightDecay?: Schedulable;
}

/**
 * Lion: steps of one length in every parameter, in the direction that gradient and average agree on.
 *
 * u = sign(β₁m + (1 − β₁)g); m ← β₂m + (1 − β₂)g; x ← x − lr·(u + λx). One more number a parameter is kept.
 *
 * As its steps do not get shorter by themselves, give it a falling schedule.
 *
 * @throws when an option is out of range
 * @example
 * ```ts
 * import { cosine, lion } from '@downslope/core';
 * const optimizer = lion({ lr: cosine(3e-4, { steps: 2000 }), weightDecay: 0.1 });
 * ```
 *
 * Source: X. Chen et al., "Symbolic discovery of optimization algorithms", 2023.
 */
export function lion(options: LionOptions = {}): Transform {
  const { lr, beta1, beta2, weightDecay } = optionsOf('lion', options, {
    lr: 1e-4,
    beta1: 0.9,
    beta2: 0.99,
    weightDecay: 0,
  });
  const scaleByLion = leafwise({
    name: 'scaleByLion',
    hyper: { beta1, beta2 },
    init: (param) => ({ m: zerosLike(param) }),
    update: (g, { m }, { hyper: { beta1, beta2 } }) => [
      movingAverage(m, g, beta1).sign(),
      { m: movingAverage(m, g, beta2) },
    ],
  });
  return nameTransform(
    'lion',
    chain(scaleByLion, weightDecay !== 0 && addDecayedWeights(weightDecay), scaleByLearningRate(lr)),
  );
}
