// A run of fit in the folder that is given, resumed if it was begun: dropout, momentum, accumulation and a schedule, with a
// checkpoint after every step. At its end it leaves result.json.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  accumulate,
  activations,
  array,
  chain,
  clipByGlobalNorm,
  cosine,
  dense,
  dropout,
  fit,
  loadCheckpoint,
  reduceOnPlateau,
  saveCheckpoint,
  sequential,
  sgd,
  squared,
} from '../../packages/downslope/dist/index.js';

const [folder = '.'] = process.argv.slice(2);
const rows = Array.from({ length: 96 }, (_, i) => [Math.sin(i), Math.cos(3 * i)]);
const y = rows.map(([a = 0, b = 0]) => [a * b + 0.1 * a]);
const model = sequential(
  dense({ inputs: 2, outputs: 16 }),
  activations.tanh,
  dropout({ rate: 0.2 }),
  dense({ inputs: 16, outputs: 1 }),
);
const checkpoints = join(folder, 'checkpoints');
/** @type {import('../../packages/downslope/dist/index.js').LoadedCheckpoint<import('../../packages/downslope/dist/index.js').Snapshot> | undefined} */
const begun = await loadCheckpoint(checkpoints);
for (const line of begun?.damaged ?? []) console.log(`damaged: ${line}`);
const result = await fit(model, {
  train: { x: array(rows), y: array(y) },
  validation: { x: array(rows.slice(0, 20)), y: array(y.slice(0, 20)) },
  loss: squared,
  optimizer: reduceOnPlateau(
    accumulate(2, chain(clipByGlobalNorm(1), sgd({ lr: cosine(0.1, { steps: 100 }), momentum: 0.9 }))),
    { patience: 1, factor: 0.5 },
  ),
  batchSize: 7,
  epochs: 5,
  checkpoint: {
    every: { steps: 1 },
    save: async (snapshot) => void (await saveCheckpoint(checkpoints, snapshot)),
  },
  resume: begun?.snapshot,
}).result;
const { seconds, history, ...same } = result;
const epochs = history.map(({ seconds, ...epoch }) => epoch);
writeFileSync(join(folder, 'result.json'), JSON.stringify({ ...same, history: epochs }));
