import { expect, it } from 'vitest';
import { tableOf } from '../../data/table.js';
import { OPTIMIZERS } from '../../optim/registry.js';
import { trainTable } from './train.js';

const x = Float64Array.from({ length: 600 }, (_, i) => 2 * Math.sin(i * i));
const z = Float64Array.from({ length: 600 }, (_, i) => Math.cos(3 * i * i));
const y = x.map((v, i) => 3 * v - 2 * z[i]! + Math.sin(2 * v));
const table = tableOf(
  Object.entries({ x, z, y }).map(([name, values]) => ({ kind: 'number' as const, name, values })),
);

it.each(
  Object.keys(OPTIMIZERS).flatMap((optimizer) => [
    [optimizer, 'linear'] as const,
    [optimizer, 'mlp'] as const,
  ]),
)('%s learns a table with a model that is %s at the rate it gets by default', async (optimizer, model) => {
  const settings = { target: 'y', model, optimizer, seed: 1, batch: 16, epochs: 40 };
  const { metrics } = (await trainTable(table, settings).result) as {
    metrics: { validation: { r2: number } };
  };
  expect(metrics.validation.r2).toBeGreaterThan(0.9);
});
