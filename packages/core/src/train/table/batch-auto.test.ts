import { expect, it } from 'vitest';
import { tableFrom } from '../../data/rows.js';
import type { TableProgress } from './events.js';
import { trainTable } from './train.js';

const rows = Array.from({ length: 400 }, (_, i) => {
  const [a, b] = [Math.sin(3 * i), Math.cos(7 * i)];
  return { a, b, y: 2 * a - b + a * b + 0.3 * Math.sin(1000 * i) };
});

it('a batch that is left to it is measured, the rate goes with it, and both are told', async () => {
  const run = trainTable(tableFrom(rows), { target: 'y', model: 'mlp', batch: 'auto', epochs: 5 });
  const events: TableProgress[] = [];
  for await (const event of run) if (event.kind !== 'end') events.push(event);
  const { metrics, steps } = await run.result;
  expect(events.find((event) => event.kind === 'model')).toMatchObject({ batch: 'auto' });
  const told = events.find((event) => event.kind === 'finding' && event.rule === 'batch');
  const [, size] = /batches of (\d+)/.exec((told as { message: string }).message)!;
  const training = metrics.train && rows.length - 2 * Math.round(0.15 * rows.length);
  expect(steps).toBe(5 * Math.ceil(training / Number(size)));
});

it('goes with nothing that counts steps before the batch is known', async () => {
  const run = trainTable(tableFrom(rows), { target: 'y', batch: 'auto', schedule: 'cosine' });
  await expect(run.result).rejects.toThrow(
    "batch: 'auto' is settled when schedule is counted in steps already",
  );
});
