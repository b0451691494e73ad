// Handwritten digits again, seen as images: two convolutions, each followed by ReLU and the largest of every 2×2
// pixels, half of what is left dropped at
// random while training, then ten classes. DOWNSLOPE_FULL=1 takes three seeds, and 20 epochs instead of 6.
import {
  accuracy,
  activations,
  conv,
  cosine,
  crossEntropy,
  dense,
  dropout,
  fit,
  initializers,
  likeliest,
  maxPool,
  predictor,
  sequential,
  sgd,
} from 'downslope';
import { test, train } from './data/digits.js';

const layer = { kernel: [3, 3], padding: 'same', init: initializers.he() } as const;
const model = sequential(
  (x) => x.reshape([-1, 1, 28, 28]),
  conv({ inputs: 1, outputs: 8, ...layer }),
  activations.relu,
  (x) => maxPool(x, 2),
  conv({ inputs: 8, outputs: 16, ...layer }),
  activations.relu,
  (x) => maxPool(x, 2),
  (x) => x.reshape([-1, 784]),
  dropout({ rate: 0.5 }),
  dense({ inputs: 784, outputs: 10 }),
);

const [seeds, epochs, least] = process.env.DOWNSLOPE_FULL ? [[0, 1, 2], 20, 0.975] : [[0], 6, 0.965];
const scores: number[] = [];
for (const seed of seeds) {
  const steps = epochs * Math.ceil(train.y.length / 64);
  const optimizer = sgd({ lr: cosine(0.1, { steps }), momentum: 0.9 });
  const run = fit(model, { train, loss: crossEntropy, optimizer, epochs, batchSize: 64, l2: 5e-4, seed });
  const { params, seconds } = await run.result;
  const score = accuracy(likeliest(predictor(model, params)(test.x).data, 10), test.y);
  console.log(
    `seed ${seed}: ${(100 * score).toFixed(2)}% of ${test.y.length} digits right, trained in ${seconds.toFixed(1)} s`,
  );
  scores.push(score);
}
const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
console.log(`mean of ${scores.length}: ${(100 * mean).toFixed(2)}%`);
if (mean < least) throw new Error(`expected at least ${100 * least}%, got ${(100 * mean).toFixed(2)}%`);
