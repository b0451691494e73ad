import type { Of } from './workload.js';

// The problems, by formula. rivals/common.py has the same formulas: both make the same bits.

/**
 * Numbers without pattern from −`limit` up to `limit`: an integer hash of position and stream.
 * Source: C. Wellons, "lowbias32", 2018.
 */
export function noise(count: number, stream: number, limit = 1): Float64Array {
  const start = Math.imul(stream, 0x9e3779b9);
  const values = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    let x = (i + start) | 0;
    x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
    x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
    values[i] = (((x ^ (x >>> 16)) >>> 0) / 2 ** 31 - 1) * limit;
  }
  return values;
}

/** Whole numbers 0 … below − 1 without pattern. */
export const choices = (count: number, stream: number, below: number): Int32Array =>
  Int32Array.from(noise(count, stream), (u) => Math.floor(((u + 1) / 2) * below));

/** Rows of an epoch's batches: each row once, in strides of a prime when they are to be mixed. */
export function order(task: { rows: number; sequential?: boolean }): Int32Array {
  const stride = task.sequential ? 1 : 7919;
  return Int32Array.from({ length: task.rows }, (_, i) => (i * stride) % task.rows);
}

/** Rows of noise; class 1 where the first two columns and some noise of their own add up to more than 0. */
export function logisticData({ rows, features }: Of<'logistic'>): { x: Float32Array; y: Float32Array } {
  const x = noise(rows * features, 1);
  const own = noise(rows, 2);
  const y = Float32Array.from(own, (u, i) => (x[i * features]! + x[i * features + 1]! + u > 0 ? 1 : 0));
  return { x: new Float32Array(x), y };
}

/** Rows of noise, with classes or targets of noise. */
export function mlpData(task: Of<'mlp'>): { x: Float32Array; y: Int32Array | Float32Array } {
  const { rows, widths, loss } = task;
  const x = new Float32Array(noise(rows * widths[0]!, 1));
  return {
    x,
    y: loss === 'squared' ? new Float32Array(noise(rows, 2)) : choices(rows, 2, widths.at(-1)!),
  };
}

/** Initial weights of each layer, [inputs, outputs]: noise up to √(6/inputs). Biases are zeros. */
export const mlpWeights = ({ widths }: Of<'mlp'>): Float32Array[] =>
  widths.slice(1).map((outputs, i) => {
    const inputs = widths[i]!;
    return new Float32Array(noise(inputs * outputs, 10 + i, Math.sqrt(6 / inputs)));
  });

export function factorData({ users, items, rows }: Of<'factors'>): {
  user: Int32Array;
  item: Int32Array;
  rating: Float32Array;
} {
  return {
    user: choices(rows, 1, users),
    item: choices(rows, 2, items),
    rating: Float32Array.from(choices(rows, 3, 5), (stars) => stars + 1),
  };
}

/** Initial factors, [users, rank] and [items, rank]. */
export const factorTables = ({ users, items, rank }: Of<'factors'>): [Float32Array, Float32Array] => [
  new Float32Array(noise(users * rank, 10, 0.5)),
  new Float32Array(noise(items * rank, 11, 0.5)),
];

/** Parameters and their gradient. */
export const updateData = ({ size }: Of<'update'>): [Float32Array, Float32Array] => [
  new Float32Array(noise(size, 1)),
  new Float32Array(noise(size, 2)),
];

export const productData = ({ size }: Of<'product'>): [Float32Array, Float32Array] => [
  new Float32Array(noise(size * size, 1)),
  new Float32Array(noise(size * size, 2)),
];

/** Where Rosenbrock's function is started from, as its author did. */
export const ROSENBROCK_START = [-1.2, 1] as const;

/** Images of 28 × 28 of noise, with classes of noise. */
export const imageData = ({ rows }: Of<'cnn'>): { x: Float32Array; y: Int32Array } => ({
  x: new Float32Array(noise(rows * 784, 1)),
  y: choices(rows, 2, 10),
});

/** Windows [outputs, inputs, 3, 3] of both convolutions, and the dense layer's weights [inputs, outputs]. */
export const imageWeights = ({ channels: [first, second] }: Of<'cnn'>): Float32Array[] =>
  [
    [9 * first, 9] as const,
    [9 * first * second, 9 * first] as const,
    [490 * second, 49 * second] as const,
  ].map(([size, inputs], i) => new Float32Array(noise(size, 10 + i, Math.sqrt(6 / inputs))));

/** Stretches of tokens without pattern, and for each place the token after it. */
export function textData({ rows, context, vocabulary }: Of<'gpt'>): { x: Int32Array; y: Int32Array } {
  const tokens = choices(rows * context + 1, 1, vocabulary);
  return { x: tokens.subarray(0, -1), y: tokens.subarray(1) };
}

/** Shapes of a GPT's matrices in order: both tables, then six of each block, then the output layer. */
export function textShapes({ layers, width, context, vocabulary }: Of<'gpt'>): [number, number][] {
  const square: [number, number] = [width, width];
  const block: [number, number][] = [square, square, square, square, [width, 4 * width], [4 * width, width]];
  return [
    [vocabulary, width],
    [context, width],
    ...Array.from({ length: layers }, () => block).flat(),
    [width, vocabulary],
  ];
}

/** Initial matrices: noise up to √(3/rows). Biases are zeros, scales ones. */
export const textWeights = (task: Of<'gpt'>): Float32Array[] =>
  textShapes(task).map(
    ([rows, columns], i) => new Float32Array(noise(rows * columns, 10 + i, Math.sqrt(3 / rows))),
  );

/** As logistic data, of doubles. */
export function solveData({ rows, features }: Of<'solve'>): { x: Float64Array; y: Float64Array } {
  const x = noise(rows * features, 1);
  const own = noise(rows, 2);
  const y = own.map((u, i) => (x[i * features]! + x[i * features + 1]! + u > 0 ? 1 : 0));
  return { x, y };
}
