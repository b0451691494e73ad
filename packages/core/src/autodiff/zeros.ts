import type { Tensor } from '../tensor/tensor.js';

export const zerosLike = (x: Tensor): Tensor => x.like(0).broadcastTo(x.shape);
