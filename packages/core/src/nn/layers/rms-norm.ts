import { ShapeError } from '../../tensor/shape-error.js';
import type { Tensor } from '../../tensor/tensor.js';
import { constant } from '../init/constant.js';
import { type Model, pathOf } from '../model.js';
import { checkExtent } from './dense.js';
import { checkEps } from './normalize.js';

export type RmsNormParams = { readonly scale: Tensor };

export interface RmsNormOptions {
  /** The extent of the last axis. */
  readonly width: number;
  /** Added to the mean square (default 1e-6). */
  readonly eps?: number;
}

/**
 * Root-mean-square normalisation: each row to mean square 1, then scaled number by number. Cheaper than
 * {@link layerNorm}, which takes the mean away first and adds a bias, and in deep transformers as good.
 *
 * y = x/√(mean x² + ε)·scale, the mean over the last axis.
 *
 * x and the result are [..., width]. It starts with scale 1.
 *
 * @param options `width`; `eps`
 * @throws when the width is not a positive integer; while tracing, when x has another
 * @example
 * ```ts
 * import { compile, rmsNorm } from '@downslope/core';
 * const layer = rmsNorm({ width: 2, eps: 0 });
 * console.log(compile(layer.apply)(layer.init({ seed: 0, dtype: 'float64' }), [[1, 7]]).data); // 0.2 1.4
 * ```
 *
 * B. Zhang, R. Sennrich: "Root mean square layer normalization", NeurIPS 2019.
 */
export function rmsNorm({ width, eps = 1e-6 }: RmsNormOptions): Model<RmsNormParams> {
  checkExtent('width', width);
  checkEps(eps);
  return {
    init: ({ seed, dtype, name }) => ({
      scale: constant(1)([width], { seed, dtype, name: pathOf(name, 'scale') }),
    }),
    apply({ scale }, x) {
      if (x.shape.at(-1) !== width)
        throw new ShapeError(`rmsNorm: made for rows of ${width}, got x of shape [${x.shape}]`);
      const size = x.square().mean(-1, { keepDims: true }).add(eps).sqrt();
      return x.div(size).mul(scale);
    },
  };
}
