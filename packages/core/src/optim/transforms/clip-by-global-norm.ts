import type { Tensor } from '../../tensor/tensor.js';
import { globalNorm, mapLeaves } from '../leaves.js';
import { optionsOf, REQUIRED } from '../options.js';
import type { Leaves, Schedulable, Transform } from '../transform.js';

export interface ClipByGlobalNormOptions {
  /** p of the norm (Σ|g|ᵖ)^(1/p); `Infinity` for the largest |g| (default 2). */
  readonly normType?: number;
  /** 'torch' adds 1e-6 to the norm, as `clip_grad_norm_` does (default 'optax'). */
  readonly convention?: 'torch' | 'optax' | 'keras';
}

/**
 * Shortens the gradient where it is longer than maxNorm, all parameters together; its direction stays.
 *
 * Gives g·min(1, maxNorm/‖g‖), ‖g‖ = √Σg² over all parameters, or another norm.
 *
 * Put it first in a chain. One rare, steep batch then cannot throw the parameters far off: 1 is usual for transformers
 * and recurrent networks.
 *
 * @param maxNorm above 0; a schedule may change it
 * @example
 * ```ts
 * import { adamW, chain, clipByGlobalNorm } from '@downslope/core';
 * const optimizer = chain(clipByGlobalNorm(1), adamW({ lr: 1e-3 }));
 * console.log(optimizer.hyper.maxNorm); // 1
 * ```
 *
 * R. Pascanu, T. Mikolov, Y. Bengio: "On the difficulty of training recurrent neural networks", 2013.
 */
export function clipByGlobalNorm(
  maxNorm: Schedulable,
  options: ClipByGlobalNormOptions = {},
): Transform<'maxNorm'> {
  const defaults = { maxNorm: REQUIRED, normType: 2, convention: 'optax' } as const;
  const filled = optionsOf('clipByGlobalNorm', { maxNorm, ...options }, defaults);
  const { normType, convention } = filled;
  return {
    name: 'clipByGlobalNorm',
    hyper: { maxNorm },
    init: () => ({}),
    update(updates, state, { hyper }) {
      const norm = normOf(updates, normType);
      const factor = hyper.maxNorm.div(convention === 'torch' ? norm.add(1e-6) : norm).minimum(1);
      return [mapLeaves(updates, (g) => g.mul(factor)), state];
    },
  };
}

function normOf(leaves: Leaves<Tensor>, p: number): Tensor {
  if (p === 2) return globalNorm(leaves);
  const sizes = Object.values(leaves).map((x) => x.abs().cast('float64'));
  if (p === Number.POSITIVE_INFINITY) return sizes.map((x) => x.max()).reduce((a, b) => a.maximum(b));
  const sum = sizes.map((x) => x.pow(p).sum()).reduce((a, b) => a.add(b));
  return sum.pow(1 / p);
}
