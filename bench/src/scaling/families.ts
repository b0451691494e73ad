import type { Host } from '../../../packages/core/dist/index.js';
import type { Runner } from '../measure.js';
import { problemOf } from '../ours/problems.js';
import { update } from '../ours/single.js';
import { training } from '../ours/training.js';
import type { TrainingTask } from '../workload.js';
import type { Point } from './plot.js';
import { inTurn } from './turns.js';

/** One quantity that grows, while all else stays. */
export interface Family {
  readonly name: string;
  readonly title: string;
  readonly quantity: string;
  readonly sizes: readonly number[];
  /** Bytes of the arrays that a step goes through, where the largest are to outgrow the last cache. */
  readonly bytes?: (size: number) => number;
  /** The step of that size. */
  runner(size: number, host: Host): Runner;
}

/** A step of a training task, so many in a call that a call takes long enough to be timed. */
const stepsOf = (task: TrainingTask, steps: number, host: Host): Runner =>
  training(problemOf(task), steps, '', host, 1).runner;

const perceptron = (width: number, batch: number): TrainingTask => ({
  kind: 'mlp',
  widths: [64, width, 10],
  loss: 'crossEntropy',
  optimizer: 'adam',
  rows: 8192,
  batch,
  lr: 1e-3,
});

const powersOf = (base: number, from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => base ** (from + i));

/** Thousands, and three times as many, up to three times a power of ten. */
const thirds = (to: number): number[] =>
  Array.from({ length: 2 * (to - 2) }, (_, i) => (i % 2 === 0 ? 1 : 3) * 10 ** (3 + Math.floor(i / 2)));

export const FAMILIES: readonly Family[] = [
  {
    name: 'rows',
    title: 'Gradient descent, logistic regression on 20 columns',
    quantity: 'rows, all in each step',
    sizes: thirds(6),
    bytes: (rows) => 4 * 20 * rows,
    runner: (rows, host) => stepsOf({ kind: 'logistic', rows, features: 20, batch: rows, lr: 0.1 }, 10, host),
  },
  {
    name: 'width',
    title: 'Perceptron 64-width-10, Adam, batches of 64',
    quantity: 'width of the hidden layer',
    sizes: powersOf(2, 4, 11),
    runner: (width, host) => stepsOf(perceptron(width, 64), 16, host),
  },
  {
    name: 'batch',
    title: 'Perceptron 64-256-10, Adam',
    quantity: 'rows in a batch',
    sizes: powersOf(2, 0, 12),
    runner: (batch, host) => stepsOf(perceptron(256, batch), Math.max(1, 256 / batch), host),
  },
  {
    name: 'parameters',
    title: 'Adam’s update from a given gradient',
    quantity: 'parameters',
    sizes: thirds(7),
    bytes: (size) => 4 * 4 * size,
    runner: (size, host) => update({ kind: 'update', size, lr: 1e-3 }, host, 1),
  },
];

/** Microseconds of a step for each size. */
export async function timesOf({ sizes, runner }: Family, host: Host): Promise<Point[]> {
  const times = await inTurn(sizes.map((size) => () => runner(size, host)));
  return sizes.map((size, i) => [size, times[i]!] as const);
}
