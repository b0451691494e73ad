import { ShapeError } from '../../tensor/shape-error.js';
import type { Tensor } from '../../tensor/tensor.js';
import { constant, zeros } from '../init/constant.js';
import { type Model, pathOf } from '../model.js';
import { checkExtent } from './dense.js';
import { checkEps, normalize } from './normalize.js';

export type LayerNormParams = { readonly scale: Tensor; readonly b: Tensor };

export interface LayerNormOptions {
  /** The extent of the last axis. */
  readonly width: number;
  /** Added to the variance, so that a row of equal numbers is no division by zero (default 1e-5). */
  readonly eps?: number;
}

/**
 * Layer normalisation: each row to mean 0 and variance 1, then scaled and shifted number by number.
 *
 * y = (x − mean x)/√(variance x + ε)·scale + b, mean and variance over the last axis.
 *
 * x and the result are [..., width]. It starts with scale 1 and b 0. Rows do not depend on each other, so there is
 * nothing to remember from training for prediction.
 *
 * @param options `width`; `eps`
 * @throws when the width is not a positive integer; while tracing, when x has another
 * @example
 * ```ts
 * import { compile, layerNorm } from '@downslope/core';
 * const layer = layerNorm({ width: 2, eps: 0 });
 * console.log(compile(layer.apply)(layer.init({ seed: 0, dtype: 'float64' }), [[3, 7]]).data); // -1 1
 * ```
 *
 * J. L. Ba, J. R. Kiros, G. E. Hinton: "Layer normalization", 2016.
 */
export function layerNorm({ width, eps = 1e-5 }: LayerNormOptions): Model<LayerNormParams> {
  checkExtent('width', width);
  checkEps(eps);
  return {
    init: ({ seed, dtype, name }) => ({
      scale: constant(1)([width], { seed, dtype, name: pathOf(name, 'scale') }),
      b: zeros()([width], { seed, dtype, name: pathOf(name, 'b') }),
    }),
    apply({ scale, b }, x) {
      if (x.shape.at(-1) !== width)
        throw new ShapeError(`layerNorm: made for width ${width}, got x of shape [${x.shape}]`);
      return normalize(x, -1, eps).mul(scale).add(b);
    },
  };
}
