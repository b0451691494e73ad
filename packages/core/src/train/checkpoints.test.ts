import { describe, expect, it } from 'vitest';
import { squared } from '../nn/losses/squared.js';
import { linear } from '../nn/models/linear.js';
import { fullLike, leafwise } from '../optim/leaves.js';
import { pays } from './checkpoints.js';
import { fit } from './fit.js';

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

it('an optimizer whose state has overflowed keeps none, and the last that was whole stays', async () => {
  // Its steps stay finite, while what it remembers does not.
  const growing = leafwise({
    name: 'growing',
    hyper: { lr: 0.1 },
    init: (param) => ({ much: fullLike(param, 1) }),
    update: (g, { much }, { hyper: { lr } }) => [g.mul(lr.neg()), { much: much.mul(1e10) }],
  });
  const saved: number[] = [];
  const run = fit(linear({ inputs: 2, outputs: 1 }), {
    train: {
      x: [
        [0, 1],
        [1, 0],
        [1, 1],
        [2, 1],
      ],
      y: [[1], [2], [3], [4]],
    },
    loss: squared,
    optimizer: growing,
    batchSize: 'full',
    epochs: 8,
    checkpoint: { every: { steps: 1 }, save: ({ progress }) => void saved.push(progress.steps) },
  });
  const findings: string[] = [];
  for await (const event of run)
    if (event.kind === 'finding' && event.rule === 'checkpoint') findings.push(event.message);
  expect((await run.result).status).toBe('maxSteps');
  expect(saved).toEqual([1, 2, 3]);
  expect(findings).toEqual([
    expect.stringContaining(
      "no checkpoint was kept, and the run goes on: the optimizer's w.much is not finite",
    ),
  ]);
});
