import type { Tensor } from '../../tensor/tensor.js';
import type { Model } from '../model.js';
import { type RecurrentOptions, type RecurrentParams, recurrentLayer } from './recurrent.js';

/**
 * Long short-term memory: a recurrent layer with a memory c that is written, kept and read by gates of its own.
 *
 * i, f, o = σ(x·w + b + h·u) and g = tanh(x·w + b + h·u), each with weights of its own; c ← f⊙c + i⊙g; h ← o⊙tanh c
 *
 * x is [rows, time, inputs]; the result is h: [rows, hidden], or [rows, time, hidden] with `output: 'all'`. Both h and c are
 * zero at first. Parameters are `input: { w, b }` and `recurrent: { w }` (above w, b and u), gates in the order i, f, g,
 * o: those of PyTorch's `LSTM`, transposed, with its two biases, which only occur as a sum, made one.
 *
 * The forget gate's bias starts at 1, so that the memory lasts from the first step of training.
 *
 * @param options `inputs`; `hidden`: 32 to 256 is a fair start; `output`; `residuals`
 * @throws when an extent is not a positive integer; while tracing, when x has another rank or number of inputs
 * @example
 * ```ts
 * import { lstm } from '@downslope/core';
 * const layer = lstm({ inputs: 8, hidden: 32, output: 'all' });
 * console.log(layer.init({ seed: 0, dtype: 'float32' }).input.w.shape); // [ 8, 128 ]
 * ```
 *
 * S. Hochreiter, J. Schmidhuber: "Long short-term memory", 1997; F. Gers et al.: "Learning to forget", 2000;
 * R. Jozefowicz et al.: "An empirical exploration of recurrent network architectures", 2015 (the bias of 1).
 */
export function lstm(options: RecurrentOptions): Model<RecurrentParams> {
  const layer = recurrentLayer(cell, options);
  const { hidden } = options;
  return {
    ...layer,
    init(settings) {
      const params = layer.init(settings);
      params.input.b.data.fill(1, hidden, 2 * hidden);
      return params;
    },
  };
}

const cell = {
  layer: 'lstm',
  gates: 4,
  bias: false,
  begin: (zeros: Tensor) => ({ h: zeros, c: zeros }),
  next({ c }: { h: Tensor; c: Tensor }, fromInput: readonly Tensor[], fromState: readonly Tensor[]) {
    const [write, forget, fresh, read] = fromInput.map((share, i) => share.add(fromState[i]!)) as [
      Tensor,
      Tensor,
      Tensor,
      Tensor,
    ];
    const memory = forget.sigmoid().mul(c).add(write.sigmoid().mul(fresh.tanh()));
    return { h: read.sigmoid().mul(memory.tanh()), c: memory };
  },
};
