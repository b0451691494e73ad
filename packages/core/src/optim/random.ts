import type { FloatType } from '../tensor/dtype.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Training } from '../tensor/training.js';

/** Normal numbers of a tensor's shape, by Box and Muller: √(−2 ln u)·cos 2πv is normal for u in (0, 1] and v uniform. */
export function normal(random: Training, name: string, like: Tensor): Tensor {
  const radius = uniform(random, `${name}/u`, like).neg().add(1).log().mul(-2).sqrt();
  const angle = uniform(random, `${name}/v`, like).mul(2 * Math.PI);
  return radius.mul(angle.cos());
}

/** 1 or −1, each half of the time, in a tensor's shape. */
export const rademacher = (random: Training, name: string, like: Tensor): Tensor =>
  uniform(random, name, like).lt(0.5).where(like.like(1), like.like(-1));

const uniform = (random: Training, name: string, { shape, dtype }: Tensor): Tensor =>
  random.uniform(name, shape, dtype as FloatType);
