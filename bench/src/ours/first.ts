import { adam, array, crossEntropy, fit, mlp, zeros } from '@downslope/core';
import { mlpData, mlpWeights } from '../data.js';
import { readAssignment } from '../measure.js';
import type { Task } from '../workload.js';

// One step, and the end: the process is timed as a whole. The package is imported by its name, as users do.

const task = readAssignment().task as Extract<Task, { kind: 'mlp' }>;
const { widths, rows, lr } = task;
const [inputs, outputs] = [widths[0]!, widths.at(-1)!];
const { x, y } = mlpData(task);
const layers = mlpWeights(task).map((w, i, all) => [
  i === all.length - 1 ? 'output' : `hidden${i}`,
  { w: array(w, { shape: [widths[i]!, widths[i + 1]!] }), b: zeros([widths[i + 1]!]) },
]);
const run = fit(mlp({ inputs, hidden: widths.slice(1, -1), outputs }), {
  train: { x: array(x, { shape: [rows, inputs] }), y },
  params: Object.fromEntries(layers),
  loss: crossEntropy,
  optimizer: adam({ lr }),
  batchSize: 'full',
});
for await (const event of run) if (event.kind === 'step') process.exit(0);
