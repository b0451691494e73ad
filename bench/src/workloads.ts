import type { Requirement, Workload } from './workload.js';

/** What Node can do with help from the machine. */
const WITH_BLAS = { terms: 'with BLAS', among: ['native', 'BLAS'] } as const;
const WITHOUT_BLAS = { terms: 'without BLAS', among: ['portable', 'native'] } as const;
/** The same everywhere. */
const PORTABLE = { terms: 'WebAssembly alone', among: ['portable'] } as const;

/** Products of a step through dense layers: forward, for the weights, and for the inputs of all layers but the first. */
function mlpFlops(widths: readonly number[], batch: number): number {
  const products = widths.slice(1).map((outputs, i) => 2 * batch * widths[i]! * outputs);
  return 3 * products.reduce((sum, flops) => sum + flops) - products[0]!;
}

const DIGITS = [784, 256, 10];
const digits = (batch: number, required: readonly Requirement[]): Workload => ({
  name: `mlp-784-256-10-b${batch}`,
  about: `784-256-10 perceptron, ReLU, cross-entropy, Adam, batches of ${batch} of 8,192 rows`,
  task: {
    kind: 'mlp',
    widths: DIGITS,
    loss: 'crossEntropy',
    optimizer: 'adam',
    rows: 8192,
    batch,
    lr: 1e-3,
  },
  steps: 8192 / batch,
  check: 10,
  tolerance: 1e-4,
  cost: { flops: mlpFlops(DIGITS, batch) },
  required,
});

const mlp32 = digits(32, [
  { speed: 1, ...WITH_BLAS },
  { speed: 3, rival: 'jax-js', ...WITHOUT_BLAS },
]);

const TABULAR = [32, 64, 64, 1];

const CHANNELS = [8, 16] as const;

/** Products of a step: as of dense layers, with a row for each pixel and 9 inputs for each channel. */
function cnnFlops([first, second]: readonly [number, number], batch: number): number {
  const forward = 2 * batch * (9 * first * 28 ** 2 + 9 * first * second * 14 ** 2 + 49 * second * 10);
  return 3 * forward - 2 * batch * 9 * first * 28 ** 2;
}

const cnn: Workload = {
  name: 'cnn-mnist-b64',
  about:
    'convolution 1 → 8 of 3 × 3, ReLU, largest of 2 × 2, convolution 8 → 16, ReLU, largest of 2 × 2, dense 784 → 10; cross-entropy, SGD with momentum, batches of 64 of 1,024 images',
  task: { kind: 'cnn', channels: CHANNELS, rows: 1024, batch: 64, lr: 0.05, momentum: 0.9 },
  steps: 16,
  check: 10,
  tolerance: 1e-4,
  cost: { flops: cnnFlops(CHANNELS, 64) },
  required: [{ speed: 1.5 }],
};

const GPT = { layers: 4, heads: 4, width: 128, context: 64, vocabulary: 65, batch: 12 } as const;

/** Products of a step: twelve width² a block and token, the two of attention, and the logits; three times. */
function gptFlops({ layers, width, context, vocabulary, batch }: typeof GPT): number {
  const token = layers * (12 * width ** 2 + 2 * context * width) + width * vocabulary;
  return 3 * 2 * batch * context * token;
}

const gpt: Workload = {
  name: 'gpt-char-4x128-t64-b12',
  about:
    'GPT of 4 blocks of width 128 with 4 heads, context 64, 65 characters; cross-entropy, gradients clipped to 1, AdamW, batches of 12',
  task: { kind: 'gpt', ...GPT, rows: 96, lr: 1e-3, weightDecay: 0.01, clip: 1 },
  steps: 8,
  check: 8,
  tolerance: 1e-4,
  cost: { flops: gptFlops(GPT) },
  required: [{ speed: 1.2, ...WITH_BLAS }],
};

const product = (size: number): Workload => ({
  name: `own-product-${size}`,
  about: `product of two ${size} × ${size} matrices, float32`,
  task: { kind: 'product', size },
  steps: 1,
  check: 1,
  tolerance: 1e-4,
  cost: { flops: 2 * size ** 3 },
  required: [{ speed: 0.38, rival: 'numpy', ...PORTABLE }],
});

export const WORKLOADS: readonly Workload[] = [
  {
    name: 'rosenbrock-adam',
    about: "Rosenbrock's function of two variables, float64, Adam",
    task: { kind: 'rosenbrock', lr: 1e-3 },
    steps: 20_000,
    check: 1000,
    tolerance: 1e-9,
    cost: {},
    required: [
      { speed: 1 / 1.5, rival: 'JAX scan' },
      { form: 'call', within: 1 },
    ],
  },
  {
    name: 'logreg-1000x10',
    about: 'logistic regression, full batches of 1,000 × 10, gradient descent',
    task: { kind: 'logistic', rows: 1000, features: 10, batch: 1000, lr: 0.1 },
    steps: 1000,
    check: 100,
    tolerance: 1e-5,
    cost: {},
    required: [{ speed: 1.5 }],
  },
  {
    name: 'logreg-fullbatch',
    about: 'the same, 100,000 × 100',
    task: { kind: 'logistic', rows: 100_000, features: 100, batch: 100_000, lr: 0.1 },
    steps: 10,
    check: 10,
    tolerance: 1e-5,
    cost: { bytes: 4e7 },
    required: [{ speed: 1.8, share: 0.7 }],
  },
  mlp32,
  digits(128, [
    { speed: 1.05, ...WITH_BLAS },
    { speed: 3, rival: 'jax-js', ...WITHOUT_BLAS },
  ]),
  digits(512, [
    { speed: 1.05, ...WITH_BLAS },
    { speed: 3, rival: 'jax-js', ...WITHOUT_BLAS },
  ]),
  {
    name: 'tabular-mlp-32-64-64-1-b64',
    about: '32-64-64-1 perceptron, ReLU, squared error, AdamW, batches of 64 of 8,192 rows',
    task: {
      kind: 'mlp',
      widths: TABULAR,
      loss: 'squared',
      optimizer: 'adamW',
      rows: 8192,
      batch: 64,
      lr: 1e-3,
    },
    steps: 128,
    check: 10,
    tolerance: 1e-4,
    cost: { flops: mlpFlops(TABULAR, 64) },
    required: [
      { speed: 1, ...WITH_BLAS },
      { speed: 0.5, ...WITHOUT_BLAS },
    ],
  },
  cnn,
  gpt,
  {
    name: 'mf-ml100k-d32-b1024',
    about: 'matrix factorisation, 943 × 1,682, rank 32, batches of 1,024 of 99,328 ratings, SGD',
    task: {
      kind: 'factors',
      users: 943,
      items: 1682,
      rank: 32,
      rows: 97 * 1024,
      batch: 1024,
      lr: 0.5,
    },
    steps: 97,
    check: 20,
    tolerance: 1e-5,
    cost: {},
    required: [{ speed: 2 }],
  },
  {
    name: 'adam-update-10m',
    about: "Adam's update of 10 million float32 parameters from a given gradient",
    task: { kind: 'update', size: 1e7, lr: 1e-3 },
    steps: 1,
    check: 3,
    tolerance: 1e-5,
    // Gradient, parameter and two averages are read; the last three are also written, which the limit does not know.
    cost: { bytes: 4 * 4e7 },
    required: [{ speed: 0.9, share: 0.7 }],
  },
  {
    name: 'sgd-epoch-100kx100-b1',
    about: 'logistic regression by SGD, a row of 100 a step; 100,000 steps are an epoch',
    task: { kind: 'logistic', rows: 100_000, features: 100, batch: 1, lr: 0.01, sequential: true },
    steps: 100_000,
    check: 2000,
    tolerance: 1e-3,
    cost: { bytes: 400 },
    required: [{ speed: 1, rival: 'scikit-learn' }],
  },
  {
    name: 'lbfgs-logreg-20kx50',
    about:
      'logistic regression of 20,000 × 50 with a small penalty to its minimum by L-BFGS, float64: until the gradient is 1e-6 long (the longest entry of it, with the rivals); the time is of all of it, with compilation',
    task: { kind: 'solve', rows: 20_000, features: 50, l2: 5e-5, gradTol: 1e-6 },
    steps: 1,
    check: 1,
    tolerance: 1e-9,
    cost: {},
    required: [{ speed: 1.3 }],
  },
  {
    name: 'lbfgs-rosenbrock',
    about:
      "Rosenbrock's function of two variables to its minimum by L-BFGS, float64: until the gradient is 1e-5 long (the longest entry of it, with the rival); the program is kept from one call to the next",
    task: { kind: 'valley', gradTol: 1e-5 },
    steps: 1,
    check: 1,
    tolerance: 1e-6,
    cost: {},
    required: [{ within: 300 }],
  },
  product(256),
  product(512),
  product(1024),
  {
    name: 'first-step',
    about: 'from the start of the process to the first finished step of mlp-784-256-10-b32',
    task: {
      kind: 'mlp',
      widths: DIGITS,
      loss: 'crossEntropy',
      optimizer: 'adam',
      rows: 32,
      batch: 32,
      lr: 1e-3,
    },
    steps: 1,
    check: 1,
    tolerance: 0,
    timed: 'process',
    cost: {},
    required: [{ speed: 1.3, rival: 'jax-js' }],
  },
  {
    name: 'compile-mlp',
    about:
      'the first compilation of the step of mlp-784-256-10-b32 in a process, from functions to a program; and the median of five more, for smaller batches (_again_): a last, smaller batch costs that',
    task: mlp32.task,
    steps: 1,
    check: 1,
    tolerance: 0,
    timed: 'compilation',
    cost: {},
    required: [{ within: 40_000 }, { within: 40_000, form: 'again' }],
  },
  {
    ...gpt,
    name: 'compile-gpt',
    about: `the same of ${gpt.name}`,
    timed: 'compilation',
    cost: {},
    required: [{ within: 600_000 }, { within: 600_000, form: 'again' }],
  },
];
