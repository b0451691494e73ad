import { portablePow } from '../../tensor/portable.js';
import { optionsOf, REQUIRED } from '../options.js';
import type { Schedule } from '../transform.js';

/** How {@link cyclic} goes. */
export interface CyclicOptions {
  /** The other end of a cycle; below `value` for momentum, which goes the other way. */
  readonly peak: number;
  /** Steps from `value` to the peak. */
  readonly stepsUp: number;
  /** Steps back (default stepsUp). */
  readonly stepsDown?: number;
  /** `triangular` (default): all cycles alike; `triangular2`: each half as high; `expRange`: height·gammaᵏ. */
  readonly mode?: 'triangular' | 'triangular2' | 'expRange';
  /** For `expRange` (default 1). */
  readonly gamma?: number;
}

/**
 * Up and down between `value` and `peak` in straight lines, again and again (PyTorch's `CyclicLR`).
 *
 * value + (peak − value)·s·h at step k: s rises from 0 to 1 and falls back within a cycle; h is 1, 2^−cycle or gammaᵏ.
 *
 * @example
 * ```ts
 * import { cyclic, sgd } from '@downslope/core';
 * const optimizer = sgd({ lr: cyclic(0.01, { peak: 0.1, stepsUp: 500, mode: 'triangular2' }) });
 * ```
 *
 * Source: L. Smith, "Cyclical learning rates for training neural networks", 2017.
 */
export function cyclic(value: number, options: CyclicOptions): Schedule {
  const filled = optionsOf(
    'cyclic',
    { value, ...options },
    {
      value: REQUIRED,
      peak: REQUIRED,
      stepsUp: REQUIRED,
      stepsDown: undefined,
      mode: 'triangular',
      gamma: 1,
    },
  );
  const { peak, stepsUp, stepsDown = stepsUp, mode, gamma } = filled;
  const length = stepsUp + stepsDown;
  const heights = {
    triangular: () => 1,
    triangular2: (step: number) => portablePow(0.5, Math.floor(step / length)),
    expRange: (step: number) => portablePow(gamma, step),
  };
  return (step) => {
    const k = step % length;
    const s = k <= stepsUp ? k / stepsUp : (length - k) / stepsDown;
    return value + (peak - value) * s * heights[mode](step);
  };
}
