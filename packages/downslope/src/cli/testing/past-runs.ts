import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PastRun } from '../../files/past-runs.js';

interface FakeRun {
  readonly started: string;
  readonly options?: object;
  readonly version?: string;
  readonly table?: string;
  readonly events?: readonly object[];
  /** Put behind the events. */
  readonly tail?: string;
}

/** A run folder as `train` leaves it, but for the model. */
export function writeRun(path: string, run: FakeRun): void {
  const {
    started,
    options = { target: 'price' },
    version = '0.1.0',
    table = 'data/houses.csv',
    events = [],
    tail = '',
  } = run;
  mkdirSync(path, { recursive: true });
  const config = {
    downslope: version,
    node: '20.19.0',
    started,
    folder: '/',
    command: ['downslope', 'train'],
    table,
    options,
  };
  writeFileSync(join(path, 'config.json'), JSON.stringify(config));
  writeFileSync(
    join(path, 'metrics.jsonl'),
    events.map((event) => `${JSON.stringify(event)}\n`).join('') + tail,
  );
}

export const epoch = (number: number, validationLoss: number, model = 'linear') => ({
  kind: 'epoch',
  epoch: number,
  steps: 10 * number,
  loss: validationLoss / 2,
  validationLoss,
  gradNorm: 1 / number,
  lr: 0.01,
  seconds: number / 10,
  model,
  epochs: 100,
});

export const quantityEnd = (rmse: number, more: object = {}) => ({
  kind: 'end',
  task: 'regression',
  target: 'price',
  features: ['size', 'age'],
  model: 'linear',
  metrics: { train: { rmse: rmse / 2, mae: 1, r2: 0.99 }, test: { rmse, mae: 2, r2: 0.9 } },
  status: 'gradTol',
  epochs: 12,
  steps: 120,
  seconds: 1.25,
  ...more,
});

/** A run as it is read from its folder. */
export function pastRun(run: Omit<FakeRun, 'started' | 'tail'> & { readonly name: string }): PastRun {
  const {
    name,
    options = { target: 'price' },
    version = '0.1.0',
    table = 'data/houses.csv',
    events = [],
  } = run;
  const end = events.at(-1) as PastRun['events'][number] | undefined;
  return {
    name,
    path: `runs/${name}`,
    started: '2026-01-01T10:00:00Z',
    table,
    target: (end as { target?: string } | undefined)?.target,
    version,
    options: options as PastRun['options'],
    events: events as PastRun['events'],
    end: end?.kind === 'end' ? (end as unknown as PastRun['end']) : undefined,
  };
}
