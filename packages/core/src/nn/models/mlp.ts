import { didYouMean } from '../../data/names.js';
import { check } from '../../tensor/checks.js';
import { misuse } from '../../tensor/errors.js';
import { type Activation, type ActivationName, activations } from '../activations.js';
import type { Initializer } from '../init/initializer.js';
import { glorot, he, lecun } from '../init/scaled.js';
import { checkExtent, type DenseParams, dense } from '../layers/dense.js';
import { dropout } from '../layers/dropout.js';
import { initParts, type Model } from '../model.js';

/** `{ hidden0: { w, b }, hidden1: …, output: { w, b } }` */
export type MlpParams = {
  readonly [layer: `hidden${number}`]: DenseParams;
  readonly output: DenseParams;
};

type Layers = { readonly [Name in keyof MlpParams]: Model<DenseParams> };

export interface MlpOptions {
  readonly inputs: number;
  readonly outputs: number;
  /** Units of each hidden layer, as in `[64, 64]`; `[]` leaves a linear model. */
  readonly hidden: readonly number[];
  /** What follows each hidden layer: a name or a function of its own (default relu). */
  readonly activation?: ActivationName | Activation;
  /** The chance of a hidden unit to be dropped in a training step, as in {@link dropout} (default 0). */
  readonly dropout?: number;
  /** Initial weights of the hidden layers (default Glorot's for tanh and sigmoid, else He's). */
  readonly init?: Initializer;
}

/**
 * A multilayer perceptron: hidden layers h ← a(h·w + b), starting from x, then the output layer h·w + b.
 *
 * The output layer starts at a tenth of LeCun's weights: first predictions are near zero, the mean of a
 * standardised target or equal chances for all classes, and yet every layer has a gradient from the first step.
 *
 * @param options `inputs`; `hidden`: two layers of 64 are a fair start for a table; `outputs`; `activation`;
 *   `dropout`: 0.1 to 0.5 where the loss falls on the training rows alone; `init`
 * @throws when an extent is not a positive integer, `dropout` not in [0, 1), or there is no such activation
 * @example
 * ```ts
 * import { mlp } from '@downslope/core';
 * const model = mlp({ inputs: 784, hidden: [256], outputs: 10 });
 * console.log(Object.keys(model.init({ seed: 0, dtype: 'float32' }))); // [ 'hidden0', 'output' ]
 * ```
 */
export function mlp({
  inputs,
  hidden,
  outputs,
  activation = 'relu',
  dropout: rate = 0,
  init,
}: MlpOptions): Model<MlpParams> {
  checkExtent('inputs', inputs);
  check('hidden', hidden, { what: 'a list such as [64, 64]', holds: Array.isArray });
  hidden.forEach((units, i) => {
    checkExtent(`hidden[${i}]`, units);
  });
  const activate = activationOf(activation);
  const drop = dropout({ rate });
  const weights = init ?? (activation === 'tanh' || activation === 'sigmoid' ? glorot() : he());
  const widths = [inputs, ...hidden];
  const inner = hidden.map(
    (units, i) => [`hidden${i}`, dense({ inputs: widths[i]!, outputs: units, init: weights })] as const,
  );
  const layers: Layers = {
    ...Object.fromEntries(inner),
    output: dense({ inputs: widths.at(-1)!, outputs, init: lecun({ gain: 0.1 }) }),
  };
  return {
    init: (options) => initParts(layers, options),
    apply(params, x, training) {
      const last = inner.reduce(
        (h, [name, layer]) => drop.apply({}, activate(layer.apply(params[name]!, h)), training),
        x,
      );
      return layers.output.apply(params.output, last);
    },
  };
}

function activationOf(activation: ActivationName | Activation): Activation {
  if (typeof activation === 'function') return activation;
  if (!Object.hasOwn(activations, activation))
    throw misuse(
      `mlp: there is no activation ${JSON.stringify(activation)}; ${didYouMean(activation, Object.keys(activations), 'activations')}`,
    );
  return activations[activation];
}
