import type { Tensor } from '../../tensor/tensor.js';
import type { Model } from '../model.js';
import { type RecurrentOptions, type RecurrentParams, recurrentLayer } from './recurrent.js';

/**
 * A gated recurrent unit: it reads a sequence step by step and learns what to keep of it.
 *
 * r = σ(x·wᵣ + bᵣ + h·uᵣ + dᵣ); z = σ(x·w_z + b_z + h·u_z + d_z); n = tanh(x·wₙ + bₙ + r⊙(h·uₙ + dₙ)); h ← (1 − z)⊙n + z⊙h
 *
 * x is [rows, time, inputs]; the result is [rows, hidden], or [rows, time, hidden] with `output: 'all'`. The state h is zero
 * at first. Parameters are `input: { w, b }` and `recurrent: { w, b }` (above w, b and u, d), gates in the order
 * r, z, n: those of PyTorch's `GRU`, transposed.
 *
 * The loop is one of the program: a longer sequence makes no larger program.
 *
 * @param options `inputs`; `hidden`: 32 to 256 is a fair start; `output`; `residuals`
 * @throws when an extent is not a positive integer; while tracing, when x has another rank or number of inputs
 * @example
 * ```ts
 * import { dense, gru, sequential } from '@downslope/core';
 * // The next value of a series, from windows of shape [rows, time, 1]
 * const model = sequential(gru({ inputs: 1, hidden: 16 }), dense({ inputs: 16, outputs: 1 }));
 * console.log(Object.keys(model.init({ seed: 0, dtype: 'float32' }))); // [ 'layer0', 'layer1' ]
 * ```
 *
 * K. Cho et al.: "Learning phrase representations using RNN encoder–decoder", 2014. There r comes before the product with
 * uₙ; here, as in PyTorch and cuDNN, after it.
 */
export const gru = (options: RecurrentOptions): Model<RecurrentParams> => recurrentLayer(cell, options);

const cell = {
  layer: 'gru',
  gates: 3,
  bias: true,
  begin: (zeros: Tensor) => ({ h: zeros }),
  next({ h }: { h: Tensor }, input: readonly Tensor[], state: readonly Tensor[]) {
    const reset = input[0]!.add(state[0]!).sigmoid();
    const keep = input[1]!.add(state[1]!).sigmoid();
    const fresh = input[2]!.add(reset.mul(state[2]!)).tanh();
    return { h: fresh.add(keep.mul(h.sub(fresh))) };
  },
};
