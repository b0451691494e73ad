import { fullLike, leafwise } from '../leaves.js';
import { type Convention, optionsOf } from '../options.js';
import type { Schedulable, Transform } from '../transform.js';

export interface ScaleByRssOptions {
  /** Divide by 1 + (t − 1)·lrDecay as well (default 0). */
  readonly lrDecay?: Schedulable;
  /** n before the first step (default 0; optax and Keras 0.1); above 0 it holds back the first steps. */
  readonly initialAccumulatorValue?: number;
  /** Keeps the denominator from zero, outside the root (default 1e-10; optax and Keras 1e-7, inside the root). */
  readonly eps?: Schedulable;
  /** Where ε stands, and the defaults (default 'torch'). */
  readonly convention?: Convention;
}

export const SCALE_BY_RSS = {
  lrDecay: 0,
  initialAccumulatorValue: undefined,
  eps: undefined,
  convention: 'torch',
} as const;

/**
 * Each update divided by the root of the sum of all squared gradients so far.
 *
 * n ← n + g²; gives g/(√n + ε)/(1 + (t − 1)·lrDecay).
 *
 * Source: J. Duchi, E. Hazan, Y. Singer, "Adaptive subgradient methods for online learning and stochastic optimization",
 * 2011. By default ε stands where PyTorch has it.
 */
export function scaleByRss(options: ScaleByRssOptions = {}): Transform<'lrDecay' | 'eps'> {
  const filled = optionsOf('scaleByRss', options, SCALE_BY_RSS);
  const torch = filled.convention === 'torch';
  const { lrDecay, initialAccumulatorValue = torch ? 0 : 0.1, eps = torch ? 1e-10 : 1e-7 } = filled;
  return leafwise({
    name: 'scaleByRss',
    hyper: { lrDecay, eps },
    init: (param) => ({ n: fullLike(param, initialAccumulatorValue) }),
    update(g, state, { hyper: { lrDecay, eps }, step }) {
      const n = state.n.add(g.square());
      const slowing = step.sub(1).mul(lrDecay).add(1).reciprocal();
      const root = torch ? n.sqrt().add(eps) : n.add(eps).sqrt();
      return [g.div(root).mul(slowing), { n }];
    },
  });
}
