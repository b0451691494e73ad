import { describe, expect, it } from 'vitest';
import { tableFrom } from '../../data/rows.js';
import type { TrainTableOptions } from './options.js';
import { trainTable } from './train.js';

const rows = Array.from({ length: 240 }, (_, i) => {
  const [a, b] = [Math.sin(7 * i), Math.cos(3 * i)];
  const price = 100 + 40 * a - 20 * b + 5 * Math.sin(31 * i);
  return {
    a,
    b,
    price,
    kind: price > 110 ? 'high' : 'low',
    third: price > 120 ? 'x' : price > 90 ? 'y' : 'z',
  };
});
const table = tableFrom(rows);
const features = ['a', 'b'];

async function trained(options: Partial<TrainTableOptions>) {
  const messages: string[] = [];
  const run = trainTable(table, {
    target: 'price',
    features,
    model: 'mlp',
    hidden: [8],
    batch: 16,
    epochs: 8,
    ...options,
  });
  for await (const event of run) if (event.kind === 'finding') messages.push(event.message);
  return { ...(await run.result), messages };
}

describe('the loop on a table', () => {
  it.each([
    ['price', 'rmse'],
    ['price', 'mae'],
    ['price', 'r2'],
    ['kind', 'accuracy'],
    ['kind', 'auc'],
    ['third', 'accuracy'],
    ['third', 'macroF1'],
  ] as const)('keeps the weights of %s by %s, as the scores have it', async (target, metric) => {
    const { history, metrics, message } = await trained({
      target,
      earlyStopping: { metric },
      patience: 1,
      lr: 0.05,
      epochs: 60,
    });
    expect(message).toBe(`${metric} stopped improving; the best weights are kept`);
    const values = history.map((event) => event.metrics![metric]!);
    const best = metric === 'rmse' || metric === 'mae' ? Math.min(...values) : Math.max(...values);
    const score = (metrics.validation as unknown as Record<string, number>)[metric]!;
    expect(Math.abs(score - best)).toBeLessThan(1e-4 * Math.max(1, Math.abs(best)));
  });

  it('refuses metrics that the target has not', async () => {
    await expect(trained({ earlyStopping: { metric: 'auc' } })).rejects.toThrow(
      "earlyStopping.metric must be one of validationLoss, loss, rmse, mae, r2, got 'auc'",
    );
    await expect(trained({ target: 'third', earlyStopping: { metric: 'auc' } })).rejects.toThrow(
      'accuracy, macroF1',
    );
  });

  it('lets batches grow, warms up and clips', async () => {
    const { history, messages, steps } = await trained({
      growBatch: 3,
      scaleRate: 'linear',
      warmup: 2,
      lr: 0.004,
      clip: { norm: 1 },
    });
    expect(messages.map((message) => message.slice(0, 33))).toEqual([
      'batches have 32 rows from epoch 4',
      'batches have 64 rows from epoch 7',
    ]);
    expect(steps).toBe(3 * 11 + 3 * 6 + 2 * 3);
    expect(history[0]!.lr).toBeLessThan(0.0025);
    expect(history[2]!.lr).toBeCloseTo(0.004, 12);
    expect(history[7]!.lr).toBeCloseTo(0.016, 12);
    expect(history[0]!.clipped).toBeGreaterThan(0);
  });

  it('stops at a target in the own units of the target column', async () => {
    const { status, history } = await trained({ epochs: 200, stop: { target: 100 } });
    expect(status).toBe('target');
    expect(history.at(-1)!.validationLoss).toBeLessThanOrEqual(100);
    expect(history.at(-2)!.validationLoss).toBeGreaterThan(100);
  });

  it('accumulates and averages', async () => {
    const [whole, parts] = [
      await trained({ batch: 48, dtype: 'float64' }),
      await trained({ batch: 16, accumulate: 3, dtype: 'float64' }),
    ];
    expect(parts.steps).toBe(whole.steps);
    expect(parts.history.at(-1)!.validationLoss).toBeCloseTo(whole.history.at(-1)!.validationLoss!, 8);
    const averaged = await trained({ average: 'ema', dtype: 'float64', batch: 48 });
    expect(averaged.history.at(-1)!.validationLoss).not.toBeCloseTo(whole.history.at(-1)!.validationLoss!, 3);
  });

  it('lowers the rate when the loss no longer falls, by epochs if the schedule says so', async () => {
    const { history } = await trained({
      reduceOnPlateau: { factor: 0.5, patience: 1 },
      lr: 0.5,
      optimizer: 'sgd',
      epochs: 20,
      nonFinite: 'lowerRate',
    });
    expect(history.at(-1)!.lr).toBeLessThan(0.5);
    const scheduled = await trained({ schedule: 'cosinePerEpoch', lr: 0.01 });
    const rates = scheduled.history.map(({ lr }) => lr);
    expect(rates).toEqual(
      rates.map((_, epoch) => expect.closeTo(0.005 * (1 + Math.cos((Math.PI * epoch) / 8)), 10)),
    );
  });
});
