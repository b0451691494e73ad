import { describe, expect, it } from 'vitest';
import { tableFrom } from '../../data/rows.js';
import type { TableSnapshot } from './checkpoint.js';
import type { TableResult } from './events.js';
import type { TrainTableOptions } from './options.js';
import { trainTable } from './train.js';

const rows = Array.from({ length: 60 }, (_, i) => ({
  size: 30 + ((7 * i) % 23),
  place: 'abc'[i % 3],
  price: 100 + 2 * ((7 * i) % 23) + 10 * (i % 3) + Math.sin(i),
}));
const table = tableFrom(rows);
const options: TrainTableOptions = {
  target: 'price',
  hidden: [4],
  optimizer: 'adam',
  schedule: 'cosine',
  epochs: 4,
};

async function cutUp(given: TrainTableOptions) {
  const snapshots: TableSnapshot[] = [];
  const save = (snapshot: TableSnapshot) => void snapshots.push(structuredClone(snapshot));
  const result = await trainTable(table, { ...given, checkpoint: { every: { steps: 5 }, save } }).result;
  return { snapshots, result };
}

/** All that is not time. */
function bits({ seconds: _, history, comparison, trained, ...rest }: TableResult) {
  const models = comparison?.models.map(({ seconds: _, ...model }) => model);
  return {
    ...rest,
    models,
    files: trained.files(),
    history: history.map(({ seconds: _, ...event }) => event),
  };
}

describe('the training on a table that is resumed', () => {
  it('ends with the same bits, whichever model was under way', async () => {
    const { snapshots, result } = await cutUp(options);
    expect(snapshots.map(({ models }) => Object.keys(models).join())).toEqual([
      ...Array(3).fill('linear'),
      ...Array(3).fill('linear,mlp'),
    ]);
    for (const resume of snapshots)
      expect(bits(await trainTable(table, { ...options, resume }).result)).toEqual(bits(result));
  });

  it('goes on with more epochs, in the way that was chosen at the beginning', async () => {
    const { epochs: _, schedule, optimizer, ...short } = options;
    const save = (snapshot: TableSnapshot) => {
      resume = snapshot;
    };
    let resume: TableSnapshot | undefined;
    const first = await trainTable(table, { ...short, checkpoint: { save } }).result;
    expect(first.comparison?.models[0]).toMatchObject({ model: 'linear', status: 'gradTol' });
    const more = { ...short, epochs: 230, patience: 2000 };
    const again = await trainTable(table, { ...more, resume } as never).result;
    expect(again.comparison?.models[0]).toMatchObject(
      (({ seconds: _, ...model }) => model)(first.comparison!.models[0]!),
    );
    expect(again.comparison!.models[1]!.epochs).toBe(230);
  });

  it('is refused with another table, of which it says what differs', async () => {
    const { snapshots } = await cutUp({ target: 'price', model: 'linear', optimizer: 'adam', epochs: 1 });
    const resume = snapshots.at(-1)!;
    const other = (of: typeof rows) => trainTable(tableFrom(of), { ...options, resume }).result;
    await expect(other(rows.slice(1))).rejects.toThrow(
      'resume: the table is not the one that the run began with (59 rows, 60 then); give the same',
    );
    await expect(other(rows.map((row) => ({ ...row, place: row.place?.toUpperCase() })))).rejects.toThrow(
      'resume: the table is not the one that the run began with; give the same',
    );
    await expect(trainTable(table, { ...options, test: 0.3, resume }).result).rejects.toThrow(
      'resume: train is not what the run began with (33 rows',
    );
    await expect(
      trainTable(table, { ...options, resume: resume.models.linear as never }).result,
    ).rejects.toThrow('resume: this is a checkpoint of fit, not of trainTable');
  });
});
