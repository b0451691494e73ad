import type { Tensor } from '../tensor/tensor.js';

// What stands between two layers: functions of each element.

export const identity = (x: Tensor): Tensor => x;
export const relu = (x: Tensor): Tensor => x.relu();
export const sigmoid = (x: Tensor): Tensor => x.sigmoid();
export const softplus = (x: Tensor): Tensor => x.softplus();
export const tanh = (x: Tensor): Tensor => x.tanh();

/** max(x, x/100): a ReLU that keeps a slope below zero, so that no unit dies (A. Maas et al., 2013). */
export const leakyRelu = (x: Tensor): Tensor => x.gt(0).where(x, x.mul(0.01));

/** x above zero, eˣ − 1 below (D.-A. Clevert et al., 2016). */
export function elu(x: Tensor): Tensor {
  const below = x.gt(0).where(0, x);
  return x.relu().add(below.expm1());
}

/**
 * x·Φ(x), Φ the standard normal distribution function: the exact form (D. Hendrycks, K. Gimpel, 2016).
 *
 * In float64 within 2.3e-16·max(1, |x|) of it, and for x ≥ −4 within 3e-12 relatively; in float32 within
 * 1.5e-7·max(1, |x|), and for x ≥ −12 within 1e-5. At −∞ it is NaN (−∞·0), as in PyTorch.
 */
export const gelu = (x: Tensor): Tensor => x.gelu();

/** x·σ(x), also called swish (S. Elfwing et al., 2018). */
export const silu = (x: Tensor): Tensor => x.mul(x.sigmoid());

/** x·tanh(ln(1 + eˣ)) (D. Misra, 2019). */
export const mish = (x: Tensor): Tensor => x.mul(x.softplus().tanh());

/** Activations by name. */
export const activations = {
  elu,
  gelu,
  identity,
  leakyRelu,
  mish,
  relu,
  sigmoid,
  silu,
  softplus,
  tanh,
} as const;

export type ActivationName = keyof typeof activations;

/** A function of each element. */
export type Activation = (x: Tensor) => Tensor;
