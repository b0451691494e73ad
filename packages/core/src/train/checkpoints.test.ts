import { describe, expect, it } from 'vitest';
import { pays } from './checkpoints.js';

/** Checkpoints of a run of so many seconds, looked at every tenth of one. */
function times(seconds: number, cost: number): number[] {
  const found: number[] = [];
  for (let now = 0; now < seconds; now += 0.1)
    if (pays(now, now - (found.at(-1) ?? 0), cost, found.length * cost)) found.push(now);
  return found;
}

describe('how often a checkpoint is taken', () => {
  it('is by Young’s rule where it is cheap', () => {
    // √(2 · 0.02 s · 4 h) = 24 s
    expect(times(100, 0.02)).toEqual([24, 48, 72, 96].map((second) => expect.closeTo(second, 0)));
    expect(times(20, 0.02)).toEqual([]);
  });

  it.each([0.01, 0.1, 1, 10, 100])('costs no more than 1%% of the run, at %s s each', (cost) => {
    expect(times(20_000, cost).length * cost).toBeLessThanOrEqual(200);
  });
});
