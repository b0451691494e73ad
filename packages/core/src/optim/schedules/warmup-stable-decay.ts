import { optionsOf, REQUIRED } from '../options.js';
import type { Schedule } from '../transform.js';
import { linearDecay } from './linear-decay.js';
import { warmup } from './warmup.js';

/**
 * A straight rise to `value`, a long plateau, and a straight fall: the fall can be put off as long as the run goes on well.
 *
 * As `warmup` over `stepsUp` steps; value for `stepsStable`; value + (endValue − value)·k/stepsDown over the last `stepsDown`.
 *
 * @param options `stepsUp`, `stepsStable`, `stepsDown`; a fall of a tenth to a fifth of the run is usual; `endValue`
 *   (default 0)
 * @example
 * ```ts
 * import { adamW, warmupStableDecay } from '@downslope/core';
 * const optimizer = adamW({ lr: warmupStableDecay(1e-3, { stepsUp: 100, stepsStable: 1500, stepsDown: 400 }) });
 * ```
 *
 * Source: S. Hu et al., "MiniCPM: unveiling the potential of small language models with scalable training strategies", 2024.
 */
export function warmupStableDecay(
  value: number,
  options: { stepsUp: number; stepsStable: number; stepsDown: number; endValue?: number },
): Schedule {
  const { stepsUp, stepsStable, stepsDown, endValue } = optionsOf(
    'warmupStableDecay',
    { value, ...options },
    { value: REQUIRED, stepsUp: REQUIRED, stepsStable: REQUIRED, stepsDown: REQUIRED, endValue: 0 },
  );
  const decay = linearDecay(value, { steps: stepsDown, endValue });
  return warmup((step) => decay(Math.max(0, step - stepsStable)), { steps: stepsUp });
}
