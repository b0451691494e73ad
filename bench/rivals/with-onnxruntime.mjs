// onnxruntime in Node: a model of one matrix product, which our own export writes. It runs models, and knows no gradients.
import ort from 'onnxruntime-node';
import { exportOnnx } from '../../packages/core/dist/index.js';
import * as data from '../dist/data.js';
import { answer, meanSize, measure, readAssignment } from '../dist/measure.js';
import { versionOf } from './version.mjs';

const assignment = readAssignment();
const { task } = assignment;
const shape = [task.size, task.size];
const [a, b] = data.productData(task).map((values) => new ort.Tensor('float32', values, shape));
const example = { data: new Float32Array(task.size ** 2), shape, dtype: 'float32' };
const model = { apply: (_, { a, b }) => a.matmul(b) };
const bytes = exportOnnx(model, {}, { a: example, b: example }, { rows: task.size });
const session = await ort.InferenceSession.create(bytes, { intraOpNumThreads: 1, interOpNumThreads: 1 });
const y = new ort.Tensor('float32', new Float32Array(task.size ** 2), shape);

const run = async (calls) => {
  for (let i = 0; i < calls; i++) await session.run({ a, b }, { y });
};
const loss = async () => {
  await run(1);
  return meanSize(y.data);
};
const figure = await measure({ form: '', steps: 1, reset() {}, run, loss }, assignment);
answer({ versions: { onnxruntime: versionOf('onnxruntime-node') }, figures: [figure] });
