import { check, number } from '../../tensor/checks.js';
import { ShapeError } from '../../tensor/shape-error.js';
import type { Axes, Tensor } from '../../tensor/tensor.js';

/** (x − mean x)/√(variance x + ε), mean and variance over some axes. */
export function normalize(x: Tensor, axes: Axes, eps: number): Tensor {
  const centred = x.sub(x.mean(axes, { keepDims: true }));
  return centred.mul(inverseRoot(centred.square().mean(axes, { keepDims: true }), eps));
}

/** 1/√(variance + ε) */
export const inverseRoot = (variance: Tensor, eps: number): Tensor => variance.add(eps).sqrt().reciprocal();

/** One number for each channel, as it meets x of shape [rows, channels, …extents]. */
export const perChannel = (one: Tensor, x: Tensor): Tensor =>
  one.reshape([one.size, ...x.shape.slice(2).map(() => 1)]);

export const checkEps = (eps: number): number =>
  check(
    'eps',
    eps,
    number('a number ≥ 0', (value) => value >= 0),
  );

/** @throws when x is not [rows, channels, …extents] with so many channels */
export function checkChannels(layer: string, x: Tensor, channels: number): void {
  if (x.rank < 2 || x.shape[1] !== channels)
    throw new ShapeError(`${layer}: made for x of shape [rows, ${channels}, …extents], got [${x.shape}]`);
}
