import { leafwise, zerosLike } from '../leaves.js';
import { checkOptions } from '../options.js';
import type { Schedulable, Transform } from '../transform.js';

export interface ScaleByRssOptions {
  /** Divide by 1 + (t − 1)·lrDecay as well (default 0). */
  readonly lrDecay?: Schedulable;
  /** n before the first step (default 0); above 0 it holds back the first steps. */
  readonly initialAccumulatorValue?: number;
  /** Keeps the denominator from zero, outside the root (default 1e-10). */
  readonly eps?: Schedulable;
}

/**
 * Each update divided by the root of the sum of all squared gradients so far.
 *
 * n ← n + g²; gives g/(√n + ε)/(1 + (t − 1)·lrDecay).
 *
 * Source: J. Duchi, E. Hazan, Y. Singer, "Adaptive subgradient methods for online learning and stochastic optimization",
 * 2011. ε stands where PyTorch has it.
 */
export function scaleByRss(options: ScaleByRssOptions = {}): Transform<'lrDecay' | 'eps'> {
  checkOptions('scaleByRss', options);
  const { lrDecay = 0, initialAccumulatorValue = 0, eps = 1e-10 } = options;
  return leafwise({
    name: 'scaleByRss',
    hyper: { lrDecay, eps },
    init(param) {
      const n = zerosLike(param);
      n.data.fill(initialAccumulatorValue);
      return { n };
    },
    update(g, state, { hyper: { lrDecay, eps }, step }) {
      const n = state.n.add(g.square());
      const slowing = step.sub(1).mul(lrDecay).add(1).reciprocal();
      return [g.div(n.sqrt().add(eps)).mul(slowing), { n }];
    },
  });
}
