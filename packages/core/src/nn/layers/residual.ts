import { sameShape } from '../../tensor/shape.js';
import { ShapeError } from '../../tensor/shape-error.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { Activation } from '../activations.js';
import type { Model } from '../model.js';
import { type Layer, type SequentialParams, sequential } from './sequential.js';

/**
 * A residual block: x + f(x), f being layers one after another. Each block only learns what is to change, so that
 * gradients reach the first of many.
 *
 * Parameters are named as those of {@link sequential}. The result has the shape of x.
 *
 * @param layers models and functions; the last gives the shape that the first takes
 * @throws while tracing, when it does not
 * @example
 * ```ts
 * import { activations, batchNorm, conv, dense, residual, sequential } from '@downslope/core';
 * const same = () => conv({ inputs: 8, outputs: 8, kernel: [3, 3], padding: 'same', bias: false });
 * const block = () =>
 *   residual(same(), batchNorm({ channels: 8 }), activations.relu, same(), batchNorm({ channels: 8 }));
 * const model = sequential(block(), activations.relu, block(), (x) => x.mean([2, 3]), dense({ inputs: 8, outputs: 10 }));
 * console.log(Object.keys(model.init({ seed: 0, dtype: 'float32' }))); // layer0, layer2, layer4
 * ```
 *
 * K. He, X. Zhang, S. Ren, J. Sun: "Deep residual learning for image recognition", CVPR 2016.
 */
export function residual(...layers: readonly (Layer | Activation)[]): Model<SequentialParams> {
  const change = sequential(...layers);
  return {
    init: change.init,
    apply(params, x: Tensor, training) {
      const step = change.apply(params, x, training);
      if (!sameShape(step.shape, x.shape))
        throw new ShapeError(
          `residual: its layers make [${step.shape}] of [${x.shape}]; they must keep the shape`,
        );
      return x.add(step);
    },
  };
}
