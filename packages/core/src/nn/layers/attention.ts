import { misuse } from '../../tensor/errors.js';
import { ShapeError } from '../../tensor/shape-error.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { Initializer } from '../init/initializer.js';
import { initParts, type Model } from '../model.js';
import { checkExtent, type DenseParams, dense } from './dense.js';

export type AttentionParams = {
  readonly query: DenseParams;
  readonly key: DenseParams;
  readonly value: DenseParams;
  readonly output: DenseParams;
};

export interface AttentionOptions {
  readonly width: number;
  /** Looks that are taken side by side, each on width/heads numbers. */
  readonly heads: number;
  /** Whether a place sees only itself and what comes before (default false). */
  readonly causal?: boolean;
  /** Initial weights of the output layer (default LeCun's); smaller ones suit deep stacks. */
  readonly outputInit?: Initializer;
}

/**
 * Multi-head self-attention: every place of a sequence gathers from the others what resembles what it looks for.
 *
 * For each head softmax(q·kᵀ/√d)·v, with q, k, v = x·w + b and d = width/heads; then an output layer over all heads.
 * With `causal`, place i takes nothing from places after i.
 *
 * x and the result are [rows, time, width].
 *
 * @param options `width`; `heads`, which divides it; `causal`; `outputInit`
 * @throws when extents are not positive integers, or heads do not divide the width; while tracing, when x has another
 *   rank or width
 * @example
 * ```ts
 * import { attention } from '@downslope/core';
 * const layer = attention({ width: 8, heads: 2, causal: true });
 * console.log(Object.keys(layer.init({ seed: 0, dtype: 'float32' }))); // query, key, value, output
 * ```
 *
 * A. Vaswani et al.: "Attention is all you need", 2017.
 */
export function attention({
  width,
  heads,
  causal = false,
  outputInit,
}: AttentionOptions): Model<AttentionParams> {
  checkExtent('width', width);
  checkExtent('heads', heads);
  if (width % heads !== 0) throw misuse(`heads must divide width, got ${heads} heads for width ${width}`);
  const inner = dense({ inputs: width, outputs: width });
  const output = dense({ inputs: width, outputs: width, ...(outputInit && { init: outputInit }) });
  return {
    init: (options) => initParts({ query: inner, key: inner, value: inner, output }, options),
    apply(params, x) {
      if (x.rank !== 3 || x.shape[2] !== width)
        throw new ShapeError(`attention: made for x of shape [rows, time, ${width}], got [${x.shape}]`);
      const [rows, time] = x.shape as [number, number, number];
      // [rows, time, width] → [rows, heads, time, width/heads]
      const split = (y: Tensor): Tensor =>
        y.reshape([rows, time, heads, width / heads]).transpose([0, 2, 1, 3]);
      const q = split(inner.apply(params.query, x).mul(1 / Math.sqrt(width / heads)));
      const k = split(inner.apply(params.key, x));
      const v = split(inner.apply(params.value, x));
      const scores = q.dot(k, false, true);
      const seen = (causal ? past(scores) : scores).softmax().dot(v);
      return output.apply(params.output, seen.transpose([0, 2, 1, 3]).reshape(x.shape));
    },
  };
}

/** Scores [..., time, time] with −∞ where a place would look ahead. */
function past(scores: Tensor): Tensor {
  const time = scores.shape.at(-1)!;
  const place = scores.constant(Int32Array.from({ length: time }, (_, i) => i));
  return place.reshape([time, 1]).ge(place).where(scores, Number.NEGATIVE_INFINITY);
}
