import { ShapeError } from '../../tensor/shape-error.js';
import { lecun } from '../init/scaled.js';
import { checkExtent, type DenseParams, dense } from '../layers/dense.js';
import { type EmbeddingParams, embedding } from '../layers/embedding.js';
import { type LayerNormParams, layerNorm } from '../layers/layer-norm.js';
import { type TransformerBlockParams, transformerBlock } from '../layers/transformer-block.js';
import { initParts, type Model } from '../model.js';

/** `{ token, position, block0, block1, …, norm, output }` */
export type GptParams = {
  readonly token: EmbeddingParams;
  readonly position: EmbeddingParams;
  readonly [block: `block${number}`]: TransformerBlockParams;
  readonly norm: LayerNormParams;
  readonly output: DenseParams;
};

type Parts = { readonly [Name in keyof GptParams]: Model<GptParams[Name]> };

export interface GptOptions {
  /** How many different tokens there are. */
  readonly vocabulary: number;
  /** The longest sequence. */
  readonly context: number;
  readonly width: number;
  /** Of each block's attention; divides the width. */
  readonly heads: number;
  /** How many blocks. */
  readonly layers: number;
  /** Of each block, as in {@link transformerBlock} (default 0): for models that learn their text by heart. */
  readonly dropout?: number;
}

/**
 * A small GPT: from the tokens so far, logits for the next, at every place of a sequence.
 *
 * h = token[x] + position, then causal transformer blocks, a layer norm, and h·w + b.
 *
 * x is [rows, time] of int32 tokens from 0 to vocabulary − 1, time at most `context`; the result is [rows, time,
 * vocabulary]. The target at a place is the token after it. The output layer starts small: the first loss is near
 * ln(vocabulary).
 *
 * @param options `vocabulary`, `context`, `width`, `heads`, `layers`, `dropout`; train it with `adamW`, a warm-up and
 *   `clipByGlobalNorm(1)`
 * @throws when an extent is not a positive integer, or heads do not divide the width; while tracing, when a sequence is
 *   longer than the context
 * @example
 * ```ts
 * import { adamW, crossEntropy, fit, gpt, type Tensor } from '@downslope/core';
 * const model = gpt({ vocabulary: 3, context: 4, width: 16, heads: 2, layers: 1 });
 * // 0 1 2 0 1 2 …: which comes next?
 * const row = (from: number) => Int32Array.from({ length: 4 }, (_, i) => (from + i) % 3);
 * const table = (from: number) =>
 *   ({ data: Int32Array.from([...row(from), ...row(from + 1)]), shape: [2, 4], dtype: 'int32' }) as const;
 * const loss = (logits: Tensor, y: Tensor) => crossEntropy(logits.reshape([-1, 3]), y.reshape([-1]));
 * const run = fit(model, { train: { x: table(0), y: table(1) }, loss, optimizer: adamW({ lr: 0.01 }), epochs: 50 });
 * console.log((await run.result).loss); // close to 0
 * ```
 *
 * A. Radford et al.: "Language models are unsupervised multitask learners", 2019. Its token table is also its output
 * layer; here they are two.
 */
export function gpt({
  vocabulary,
  context,
  width,
  heads,
  layers,
  dropout = 0,
}: GptOptions): Model<GptParams> {
  checkExtent('layers', layers);
  // Two additions a block: their variances add up to that of one layer.
  const outputInit = lecun({ gain: 1 / Math.sqrt(2 * layers) });
  const block = transformerBlock({ width, heads, causal: true, dropout, outputInit });
  const blocks = Array.from({ length: layers }, (_, i) => `block${i}` as const);
  const parts: Parts = {
    token: embedding({ count: vocabulary, width }),
    position: embedding({ count: context, width }),
    ...Object.fromEntries(blocks.map((name) => [name, block])),
    norm: layerNorm({ width }),
    output: dense({ inputs: width, outputs: vocabulary, init: lecun({ gain: 0.1 }) }),
  };
  return {
    init: (options) => initParts(parts, options),
    apply(params, x, training) {
      const time = x.shape.at(-1)!;
      if (x.rank !== 2 || time > context)
        throw new ShapeError(`gpt: made for x of shape [rows, time ≤ ${context}], got [${x.shape}]`);
      const start = parts.token.apply(params.token, x).add(params.position.w.slice([0], [time]));
      const last = blocks.reduce((h, name) => block.apply(params[name]!, h, training), start);
      return parts.output.apply(params.output, parts.norm.apply(params.norm, last));
    },
  };
}
