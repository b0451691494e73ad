import type { Tensor } from '../../tensor/tensor.js';
import { type ActivationName, activations } from '../activations.js';
import type { Initializer } from '../init/initializer.js';
import { initParts, type Model } from '../model.js';
import { type AttentionParams, attention } from './attention.js';
import { type DenseParams, dense } from './dense.js';
import { dropout } from './dropout.js';
import { type LayerNormParams, layerNorm } from './layer-norm.js';

export type TransformerBlockParams = {
  readonly norm0: LayerNormParams;
  readonly attention: AttentionParams;
  readonly norm1: LayerNormParams;
  readonly hidden: DenseParams;
  readonly output: DenseParams;
};

export interface TransformerBlockOptions {
  readonly width: number;
  readonly heads: number;
  /** Whether a place sees only itself and what comes before (default false). */
  readonly causal?: boolean;
  /** Units between the two layers that follow attention (default 4·width). */
  readonly hidden?: number;
  /** Between those two (default gelu). */
  readonly activation?: ActivationName;
  /** The chance of each number that a half adds to be dropped in a training step, as in {@link dropout} (default 0). */
  readonly dropout?: number;
  /** Initial weights of both layers that are added to x (default LeCun's). */
  readonly outputInit?: Initializer;
}

/**
 * A transformer's block, each half added to what comes in: x ← x + attention(norm x), then x ← x + output(a(hidden(norm x))).
 *
 * x and the result are [rows, time, width]. Norms come first in each half, so that the sum itself passes from block to
 * block unchanged and many blocks train without a long warm-up.
 *
 * @param options `width`, `heads`, `causal`; `hidden`; `activation`; `dropout`; `outputInit`: weights smaller by √(2·blocks) keep
 *   the sum over many blocks from growing
 * @throws as {@link attention}
 * @example
 * ```ts
 * import { transformerBlock } from '@downslope/core';
 * const block = transformerBlock({ width: 64, heads: 4, causal: true });
 * console.log(block.init({ seed: 0, dtype: 'float32' }).hidden.w.shape); // [64, 256]
 * ```
 *
 * A. Vaswani et al.: "Attention is all you need", 2017; R. Xiong et al.: "On layer normalization in the transformer
 * architecture", 2020 (the norms' place).
 */
export function transformerBlock({
  width,
  heads,
  causal = false,
  hidden = 4 * width,
  activation = 'gelu',
  dropout: rate = 0,
  outputInit,
}: TransformerBlockOptions): Model<TransformerBlockParams> {
  const init = outputInit && { init: outputInit };
  const parts = {
    norm0: layerNorm({ width }),
    attention: attention({ width, heads, causal, ...(outputInit && { outputInit }) }),
    norm1: layerNorm({ width }),
    hidden: dense({ inputs: width, outputs: hidden }),
    output: dense({ inputs: hidden, outputs: width, ...init }),
  };
  const layer = dropout({ rate });
  return {
    init: (options) => initParts(parts, options),
    apply(params, x, training) {
      const drop = (added: Tensor): Tensor => layer.apply({}, added, training);
      const seen = x.add(drop(parts.attention.apply(params.attention, parts.norm0.apply(params.norm0, x))));
      const inner = parts.hidden.apply(params.hidden, parts.norm1.apply(params.norm1, seen));
      return seen.add(drop(parts.output.apply(params.output, activations[activation](inner))));
    },
  };
}
