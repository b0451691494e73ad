import type { Tensor } from '../../tensor/tensor.js';
import type { Training } from '../../tensor/training.js';
import type { Activation } from '../activations.js';
import { type InitOptions, initParts, type Model } from '../model.js';

/** A model, whatever its parameters are. */
export interface Layer {
  init(options: InitOptions): unknown;
  apply(params: never, x: Tensor, training?: Training): Tensor;
}

/** The parameters of each layer that has any, under its place: `{ layer0: …, layer3: … }`. */
export type SequentialParams = { readonly [layer: `layer${number}`]: unknown };

/**
 * Layers one after another: each takes what the last one gives. Functions of tensors may stand between models.
 *
 * Parameters are named by their layer's place in the list, from 0, as in `layer3.w`.
 *
 * @param layers models and functions; the first takes x
 * @example
 * ```ts
 * import { activations, conv, dense, maxPool, sequential } from '@downslope/core';
 * const model = sequential(
 *   (x) => x.reshape([-1, 1, 28, 28]),
 *   conv({ inputs: 1, outputs: 8, kernel: [3, 3], padding: 'same' }),
 *   activations.relu,
 *   (x) => maxPool(x, 2),
 *   (x) => x.reshape([-1, 8 * 14 * 14]),
 *   dense({ inputs: 8 * 14 * 14, outputs: 10 }),
 * );
 * console.log(Object.keys(model.init({ seed: 0, dtype: 'float32' }))); // layer1, layer5
 * ```
 */
export function sequential(...layers: readonly (Layer | Activation)[]): Model<SequentialParams> {
  const named = layers.map((layer, i) => [`layer${i}` as const, layer] as const);
  const models = Object.fromEntries(named.filter(([, layer]) => typeof layer === 'object'));
  return {
    init: (options) => initParts(models as Record<string, Model>, options),
    apply: (params, x, training) =>
      named.reduce(
        (h, [name, layer]) =>
          typeof layer === 'function' ? layer(h) : layer.apply(params[name] as never, h, training),
        x,
      ),
  };
}
