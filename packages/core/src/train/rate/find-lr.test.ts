import { describe, expect, it, vi } from 'vitest';
import { random } from '../../data/random.js';
import { squared } from '../../nn/losses/index.js';
import { linear } from '../../nn/models/linear.js';
import { mlp } from '../../nn/models/mlp.js';
import { adam } from '../../optim/optimizers/adam.js';
import { lion } from '../../optim/optimizers/lion.js';
import { polyakSGD } from '../../optim/optimizers/polyak-sgd.js';
import { rmsprop } from '../../optim/optimizers/rmsprop.js';
import { scheduleFreeAdamW } from '../../optim/optimizers/schedule-free.js';
import { sgd } from '../../optim/optimizers/sgd.js';
import { sam } from '../../optim/transforms/sam.js';
import { fit } from '../fit.js';
import { findLr } from './find-lr.js';
import { followsGradient } from './follows.js';

const numbers = random(3, 'rows');
const x = Array.from({ length: 240 }, () => [numbers.normal(), 3 * numbers.normal()]);
const y = x.map(([a, b]) => [Math.sin(a!) + b! / 3 + 0.1 * numbers.normal()]);
const train = { x, y };
const net = mlp({ inputs: 2, outputs: 1, hidden: [12] });
const line = linear({ inputs: 2, outputs: 1 });
const quick = { seeds: 3, trialSteps: 60 };

describe('findLr', () => {
  it('finds a rate that trains well: far smaller and far larger ones do worse', async () => {
    const { lr, interval, trials } = await findLr(net, { train, loss: squared, optimizer: adam });
    expect(lr).toBeGreaterThan(interval.low);
    expect(lr).toBeLessThan(interval.high);
    expect(trials.map((trial) => trial.lr)).toContain(lr);
    const lossAt = async (rate: number) =>
      (await fit(net, { train, loss: squared, optimizer: adam({ lr: rate }), epochs: 25 }).result).loss;
    const found = await lossAt(lr);
    expect(found).toBeLessThan(await lossAt(lr / 30));
    expect(found).toBeLessThan(await lossAt(lr * 30));
  });

  it('knows the limit of plain gradient descent: below it training converges, above it explodes', async () => {
    const options = { train, loss: squared, batchSize: 'full' } as const;
    const { lr, stability, curve } = await findLr(line, { ...options, optimizer: sgd, ...quick });
    // The Hessian of the mean squared error is 2·[X 1]ᵀ[X 1]/n: its largest eigenvalue by hand.
    const rows = x.map(([a, b]) => [a!, b!, 1]);
    let v = [1, 1, 1];
    let eigenvalue = 0;
    for (let i = 0; i < 200; i++) {
      const dots = rows.map((row) => row.reduce((sum, value, j) => sum + value * v[j]!, 0));
      const next = v.map((_, j) => (2 / 240) * rows.reduce((sum, row, r) => sum + row[j]! * dots[r]!, 0));
      eigenvalue = Math.hypot(...next);
      v = next.map((value) => value / eigenvalue);
    }
    expect(stability).toMatchObject({ binding: true, limit: expect.closeTo(2 / eigenvalue, 3) });
    expect(lr).toBeLessThan(stability!.limit);
    expect(curve.sweeps).toHaveLength(1); // all would be alike
    const lossAt = async (share: number) => {
      const optimizer = sgd({ lr: share * stability!.limit });
      return (await fit(line, { ...options, optimizer, epochs: 300 }).result).loss;
    };
    expect(await lossAt(0.98)).toBeLessThan(0.2);
    expect(await lossAt(1.05)).toBeGreaterThan(100);
  });

  it('finds downward curvature, and the largest upward beside it', async () => {
    // f = (a² − 3b²)/2 whatever the row: eigenvalues 1 and −3.
    const saddle = {
      init: () => ({ a: [0.1], b: [0.1] }) as never,
      apply: ({ a, b }: { a: import('../../tensor/tensor.js').Tensor; b: typeof a }) =>
        a.square().sub(b.square().mul(3)).div(2),
    };
    const { stability } = await findLr(saddle, {
      train: { x: [[0]], y: [[0]] },
      loss: (prediction) => prediction,
      optimizer: sgd,
      steps: 40,
      high: 0.1,
      ...quick,
    });
    expect(stability!.lambdaMax).toBeCloseTo(1, 2);
  });

  it('gives the same for the same seed, by one program however many sweeps and trials there are', async () => {
    const modules = vi.spyOn(WebAssembly, 'Module');
    const options = { train, loss: squared, optimizer: adam, seeds: 2, trialSteps: 20 };
    const first = await findLr(net, options);
    const compiled = modules.mock.calls.length;
    const { seconds, ...second } = await findLr(net, options);
    expect(second).toMatchObject({ lr: first.lr, curve: first.curve, trials: first.trials });
    modules.mockClear();
    await findLr(net, { ...options, seeds: 6, trialSteps: 50, steps: 150 });
    expect(modules.mock.calls.length).toBe(compiled);
    modules.mockRestore();
  });

  it('ends a sweep where the loss is four times its least, and takes what explodes for worthless', async () => {
    const { curve, trials } = await findLr(net, {
      train,
      loss: squared,
      optimizer: sgd,
      high: 1e4,
      ...quick,
    });
    for (const { smooth, raw } of curve.sweeps) {
      expect(smooth.length).toBeLessThan(100);
      expect(raw.length).toBe(smooth.length);
      const least = Math.min(...smooth);
      expect(Math.max(...smooth.slice(0, -1))).toBeLessThan(4 * least + 1e-9);
    }
    expect(trials.every(({ lr }) => lr < 10)).toBe(true);
  });

  it('looks at the weights that an optimizer would have judged', async () => {
    const { trials } = await findLr(net, { train, loss: squared, optimizer: scheduleFreeAdamW, ...quick });
    const { lr, steps, loss } = trials.at(-1)!;
    const optimizer = scheduleFreeAdamW({ lr });
    const runs = [0, 1].map(
      (seed) =>
        fit(net, { train, loss: squared, optimizer, seed, batchSize: 32, epochs: Math.ceil(steps / 8) })
          .result,
    );
    const mean = (await Promise.all(runs)).reduce((sum, { loss }) => sum + loss / 2, 0);
    expect(Math.abs(loss / mean - 1)).toBeLessThan(0.3);
  });

  it('refuses what makes no sense', async () => {
    const options = { train, loss: squared, optimizer: adam };
    await expect(findLr(net, { ...options, optimizer: adam({ lr: 1 }) as never })).rejects.toThrow(
      'findLr: optimizer must be a function of { lr } that makes one, as adam itself',
    );
    await expect(findLr(net, { ...options, low: 1, high: 0.1 })).rejects.toThrow(
      'high must be a number above low (1), got 0.1',
    );
    await expect(findLr(net, { ...options, steps: 3 })).rejects.toThrow(
      'steps must be an integer from 10 on',
    );
    await expect(findLr(net, { ...options, epoch: 3 } as never)).rejects.toThrow('there is no option epoch');
    const gap = { x: [[Number.NaN, 1], ...x.slice(1)], y };
    await expect(findLr(net, { ...options, train: gap, batchSize: 'full' })).rejects.toThrow(
      'the loss is not finite at the first step; train.x row 0 holds NaN',
    );
    await expect(findLr({} as never, options)).rejects.toThrow('findLr: model must have init and apply');
  });
});

it('steps that grow with the gradient are told from those that do not', () => {
  const follow = [sgd({ lr: 1 }), sgd({ lr: 0, momentum: 0.9 }), sam(sgd({ lr: 0.1 }))];
  const other = [adam({ lr: 0.1 }), rmsprop({ lr: 0.1 }), lion({ lr: 0.1 }), scheduleFreeAdamW({ lr: 0.1 })];
  expect(follow.map(followsGradient)).toEqual([true, true, true]);
  expect(other.map(followsGradient)).toEqual([false, false, false, false]);
  expect(() => followsGradient(polyakSGD({ lr: 0.1 }))).not.toThrow();
});
