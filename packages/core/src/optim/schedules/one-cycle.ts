import { portableCosPi } from '../../tensor/portable.js';
import { optionsOf, REQUIRED } from '../options.js';
import type { Schedule } from '../transform.js';

/** How {@link oneCycle} goes; the defaults are PyTorch's. */
export interface OneCycleOptions {
  /** Steps in all: the last of them, number steps − 1, has the end value. */
  readonly steps: number;
  /** Where it begins (default peak/25). */
  readonly startValue?: number;
  /** Where it ends (default startValue/10⁴). */
  readonly endValue?: number;
  /** The rise's share of the steps (default 0.3). */
  readonly rise?: number;
  readonly shape?: 'cosine' | 'linear';
  /** Fall to the start value in as many steps as it rose, and only then to the end value (default false). */
  readonly threePhase?: boolean;
}

/**
 * Up from startValue to `peak`, then down to endValue, once in a run (PyTorch's `OneCycleLR`).
 *
 * The peak is at k = rise·steps − 1; between two values a and b, b + (a − b)·(1 + cos πq)/2 or, `linear`,
 * a + (b − a)·q, at the part q of the way.
 *
 * The peak may be larger than a constant rate could be. Momentum goes the other way: `oneCycle(0.85, { steps,
 * startValue: 0.95, endValue: 0.95 })`.
 *
 * @example
 * ```ts
 * import { oneCycle, sgd } from '@downslope/core';
 * const momentum = oneCycle(0.85, { steps: 2000, startValue: 0.95, endValue: 0.95 });
 * const optimizer = sgd({ lr: oneCycle(0.5, { steps: 2000 }), momentum });
 * ```
 *
 * Source: L. Smith, N. Topin, "Super-convergence: very fast training of neural networks using large learning rates", 2018.
 */
export function oneCycle(peak: number, options: OneCycleOptions): Schedule {
  const filled = optionsOf(
    'oneCycle',
    { peak, ...options },
    {
      peak: REQUIRED,
      steps: REQUIRED,
      startValue: undefined,
      endValue: undefined,
      rise: 0.3,
      shape: 'cosine',
      threePhase: false,
    },
  );
  const { steps, rise, shape, threePhase } = filled;
  const { startValue = peak / 25 } = filled;
  const { endValue = startValue / 1e4 } = filled;
  const top = rise * steps - 1;
  const turns: readonly (readonly [step: number, value: number])[] = [
    [0, startValue],
    [top, peak],
    ...(threePhase ? [[2 * top, startValue] as const] : []),
    [steps - 1, endValue],
  ];
  return (step) => {
    const next = turns.findIndex(([k], i) => i > 0 && step < k);
    if (next < 0) return endValue;
    const [[k0, a], [k1, b]] = [turns[next - 1]!, turns[next]!];
    const q = (step - k0) / (k1 - k0);
    return shape === 'linear' ? a + (b - a) * q : b + ((a - b) * (1 + portableCosPi(q))) / 2;
  };
}
