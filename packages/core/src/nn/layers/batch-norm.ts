import { check, number } from '../../tensor/checks.js';
import { misuse } from '../../tensor/errors.js';
import type { Tensor } from '../../tensor/tensor.js';
import { constant } from '../init/constant.js';
import { type Model, pathOf } from '../model.js';
import { checkExtent } from './dense.js';
import { checkChannels, checkEps, inverseRoot, perChannel } from './normalize.js';

export type BatchNormParams = {
  readonly scale: Tensor;
  readonly b: Tensor;
  /** Running statistics, which training steps renew and prediction uses: no gradient, no optimizer changes them. */
  readonly mean: Tensor;
  readonly variance: Tensor;
};

export interface BatchNormOptions {
  /** The extent of axis 1: channels of images and series, columns of a table. */
  readonly channels: number;
  /** How far a step moves the running statistics towards those of its batch (default 0.1). */
  readonly momentum?: number;
  /** Added to the variance (default 1e-5). */
  readonly eps?: number;
}

/**
 * Batch normalisation: each channel to mean 0 and variance 1 over the rows and places of the batch, then scaled and
 * shifted.
 *
 * y = (x − m)/√(v + ε)·scale + b
 *
 * While training, m and v are the batch's own (v divided by n, the numbers of a channel), and the running statistics
 * move on: mean ← (1 − momentum)·mean + momentum·m, and variance likewise with v·n/(n − 1). For evaluation and
 * prediction m and v are the running statistics, so that a row's prediction does not depend on its company.
 *
 * x and the result are [rows, channels, …extents]. It starts with scale and variance 1, b and mean 0. `fit` keeps the
 * running statistics among the parameters; what the optimizer averages (EMA, SWA) leaves them as they are.
 *
 * @param options `channels`; `momentum`: smaller for small, noisy batches; `eps`. A layer right before needs no bias:
 *   the mean is taken away again
 * @throws when `channels` is not a positive integer, `momentum` not in [0, 1]; while tracing, when x has other channels,
 *   and in a training step whose batch has one number for each channel only
 * @example
 * ```ts
 * import { activations, batchNorm, dense, sequential } from '@downslope/core';
 * const model = sequential(
 *   dense({ inputs: 8, outputs: 32, bias: false }),
 *   batchNorm({ channels: 32 }),
 *   activations.relu,
 *   dense({ inputs: 32, outputs: 1 }),
 * );
 * console.log(Object.keys(model.init({ seed: 0, dtype: 'float32' }))); // layer0, layer1, layer3
 * ```
 *
 * S. Ioffe, C. Szegedy: "Batch normalization: accelerating deep network training by reducing internal covariate shift",
 * ICML 2015. The running variance is unbiased and the momentum counts the new value, as in PyTorch.
 */
export function batchNorm({
  channels,
  momentum = 0.1,
  eps = 1e-5,
}: BatchNormOptions): Model<BatchNormParams> {
  checkExtent('channels', channels);
  check(
    'momentum',
    momentum,
    number('a number from 0 to 1', (m) => m >= 0 && m <= 1),
  );
  checkEps(eps);
  return {
    init({ seed, dtype, name }) {
      const make = (part: string, value: number) =>
        constant(value)([channels], { seed, dtype, name: pathOf(name, part) });
      return {
        scale: make('scale', 1),
        b: make('b', 0),
        mean: make('mean', 0),
        variance: make('variance', 1),
      };
    },
    apply({ scale, b, mean, variance }, x, training) {
      checkChannels('batchNorm', x, channels);
      const scaled = (m: Tensor, v: Tensor): Tensor =>
        x
          .sub(perChannel(m, x))
          .mul(perChannel(inverseRoot(v, eps).mul(scale), x))
          .add(perChannel(b, x));
      if (!training) return scaled(mean, variance);
      const axes = x.shape.flatMap((_, axis) => (axis === 1 ? [] : axis));
      const n = x.size / channels;
      if (n < 2)
        throw misuse(
          `batchNorm: a training step needs two numbers for each channel, got x of shape [${x.shape}]; ` +
            'choose a batch size that leaves no single row over',
        );
      const m = x.mean(axes);
      const v = x.sub(perChannel(m, x)).square().mean(axes);
      const towards = (batch: Tensor) => (old: Tensor) => old.add(batch.sub(old).mul(momentum));
      training.renew(mean, towards(m));
      training.renew(variance, towards(v.mul(n / (n - 1))));
      return scaled(m, v);
    },
  };
}
