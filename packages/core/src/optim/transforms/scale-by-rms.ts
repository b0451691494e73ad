import type { Tensor } from '../../tensor/tensor.js';
import { debiased, movingAverage } from '../averages.js';
import { fullLike, leafwise, zerosLike } from '../leaves.js';
import { type Convention, optionsOf } from '../options.js';
import type { Schedulable, Transform } from '../transform.js';

export interface ScaleByRmsOptions {
  /** Decay of the average of squared gradients (default 0.99; optax and Keras 0.9). */
  readonly alpha?: Schedulable;
  /** Keeps the denominator from zero (default 1e-8; Keras 1e-7). */
  readonly eps?: Schedulable;
  /** Divide by the standard deviation of the gradients, not by their root mean square (default false). */
  readonly centered?: boolean;
  /** √(v + ε) in place of √v + ε (default: false, but true for optax and Keras). */
  readonly epsInSqrt?: boolean;
  /** Divide the averages by 1 − αᵗ (default false). */
  readonly biasCorrection?: boolean;
  /** v before the first step (default 0); above 0 it holds back the first steps. */
  readonly initialScale?: number;
  /** Where ε stands, and the defaults (default 'torch'). */
  readonly convention?: Convention;
}

export const SCALE_BY_RMS = {
  alpha: undefined,
  eps: undefined,
  centered: false,
  epsInSqrt: undefined,
  biasCorrection: false,
  initialScale: 0,
  convention: 'torch',
} as const;

/**
 * Each update in units of its own recent size.
 *
 * v ← αv + (1 − α)g²; gives g/(√v + ε). With `centered`, a ← αa + (1 − α)g and v − a² stands for v.
 *
 * Source: T. Tieleman, G. Hinton, "Lecture 6.5: rmsprop", 2012; A. Graves, "Generating sequences with recurrent neural
 * networks", 2013, for the centred form. By default ε stands where PyTorch has it.
 */
export function scaleByRms(options: ScaleByRmsOptions = {}): Transform<'alpha' | 'eps'> {
  const filled = optionsOf('scaleByRms', options, SCALE_BY_RMS);
  const { convention, centered, biasCorrection, initialScale } = filled;
  const { epsInSqrt = convention !== 'torch', eps = convention === 'keras' ? 1e-7 : 1e-8 } = filled;
  const { alpha = convention === 'torch' ? 0.99 : 0.9 } = filled;
  return leafwise({
    name: 'scaleByRms',
    hyper: { alpha, eps },
    init: (param) => ({ v: fullLike(param, initialScale), ...(centered && { a: zerosLike(param) }) }),
    update(g, state, { hyper: { alpha, eps }, step }) {
      const corrected = (x: Tensor): Tensor => (biasCorrection ? debiased(x, alpha, step) : x);
      const v = movingAverage(state.v, g.square(), alpha);
      const a = state.a && movingAverage(state.a, g, alpha);
      // Rounding can take the variance of a constant gradient just below zero.
      const power = a ? corrected(v).sub(corrected(a).square()).maximum(0) : corrected(v);
      const root = epsInSqrt ? power.add(eps).sqrt() : power.sqrt().add(eps);
      return [g.div(root), { v, ...(a && { a }) }];
    },
  });
}
