import { measure, type Runner, TURNS } from '../measure.js';
import { median } from '../results.js';

/**
 * Microseconds a step of each: the least of several medians, as in the table of rivals. They are taken in turn, so that a slow
 * minute of the machine does not fall on one of them, and made anew each time, as where their memory lies also counts.
 */
export async function inTurn(runners: readonly (() => Runner)[]): Promise<number[]> {
  const best = runners.map(() => Number.POSITIVE_INFINITY);
  for (let turn = 0; turn < TURNS; turn++)
    for (const [i, make] of runners.entries()) {
      const { loss: _, ...runner } = make();
      const { rounds } = await measure(runner, { check: 1 });
      best[i] = Math.min(best[i]!, median(rounds));
    }
  return best;
}
