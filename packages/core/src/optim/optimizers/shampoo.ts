import type { NdArray } from '../../tensor/array.js';
import { zeros } from '../../tensor/array.js';
import { powerSpd } from '../../tensor/linalg.js';
import { chain, nameTransform } from '../chain.js';
import { fullLike, leafwise } from '../leaves.js';
import { optionsOf } from '../options.js';
import type { Schedulable, Transform } from '../transform.js';
import { addDecayedWeights } from '../transforms/add-decayed-weights.js';
import { addMomentum } from '../transforms/add-momentum.js';
import { scaleByLearningRate } from '../transforms/scale-by-learning-rate.js';

export interface ShampooOptions {
  /** Learning rate (default 0.1). */
  readonly lr?: Schedulable;
  /** The preconditioners' start: this much of the identity; a number (default 1e-4). */
  readonly eps?: number;
  /** μ: how much of the sum of steps is kept (default 0). */
  readonly momentum?: Schedulable;
  /** λ of an L2 penalty ½λ‖x‖² (default 0). */
  readonly weightDecay?: Schedulable;
}

/**
 * Shampoo: Adagrad that knows how the entries of a row, and of a column, go together.
 *
 * Matrices: L ← L + ggᵀ, R ← R + gᵀg, both from εI; P = L^−¼ g R^−¼; b ← μb + P; x ← x − lr·b. Arrays of other ranks
 * go by the diagonal alone: h ← h + g² from ε, P = g/√h.
 *
 * The roots are exact, by eigenvalues at each step: for matrices of up to some hundred rows and columns. An m×n matrix costs
 * m² + n² numbers.
 *
 * @throws when an option is out of range
 * @example
 * ```ts
 * import { shampoo } from '@downslope/core';
 * const optimizer = shampoo({ lr: 0.1, momentum: 0.9 });
 * ```
 *
 * Source: V. Gupta, T. Koren, Y. Singer, "Shampoo: preconditioned stochastic tensor optimization", 2018, without grafting.
 */
export function shampoo(options: ShampooOptions = {}): Transform {
  const { lr, eps, momentum, weightDecay } = optionsOf('shampoo', options, {
    lr: 0.1,
    eps: 1e-4,
    momentum: 0,
    weightDecay: 0,
  });
  const scaleByShampoo = leafwise({
    name: 'scaleByShampoo',
    hyper: {},
    init(param): { l?: NdArray; r?: NdArray; h?: NdArray } {
      const [rows, columns] = param.shape as [number, number];
      if (param.shape.length !== 2) return { h: fullLike(param, eps) };
      return { l: diagonal(rows, eps, param), r: diagonal(columns, eps, param) };
    },
    update(g, state) {
      if (state.h) {
        const h = state.h.add(g.square());
        return [g.div(h.sqrt()), { h }];
      }
      const l = state.l!.add(g.dot(g, false, true));
      const r = state.r!.add(g.dot(g, true));
      return [powerSpd(l, -0.25).dot(g).dot(powerSpd(r, -0.25)), { l, r }];
    },
  });
  return nameTransform(
    'shampoo',
    chain(
      weightDecay !== 0 && addDecayedWeights(weightDecay),
      scaleByShampoo,
      momentum !== 0 && addMomentum({ momentum }),
      scaleByLearningRate(lr),
    ),
  );
}

function diagonal(n: number, value: number, { dtype }: NdArray): NdArray {
  const matrix = zeros([n, n], dtype);
  for (let i = 0; i < n; i++) matrix.data[i * n + i] = value;
  return matrix;
}
