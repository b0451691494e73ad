/** What is computed. The sizes go to every contender, so all make the same problem from the same formulas. */
export type Task =
  | { readonly kind: 'rosenbrock'; readonly lr: number }
  | {
      readonly kind: 'logistic';
      readonly rows: number;
      readonly features: number;
      readonly batch: number;
      readonly lr: number;
      /** Batches in the order of the rows; otherwise shuffled by a formula. */
      readonly sequential?: boolean;
    }
  | {
      readonly kind: 'mlp';
      readonly widths: readonly number[];
      readonly loss: 'crossEntropy' | 'squared';
      readonly optimizer: 'adam' | 'adamW';
      readonly rows: number;
      readonly batch: number;
      readonly lr: number;
    }
  | {
      readonly kind: 'factors';
      readonly users: number;
      readonly items: number;
      readonly rank: number;
      readonly rows: number;
      readonly batch: number;
      readonly lr: number;
    }
  | { readonly kind: 'update'; readonly size: number; readonly lr: number }
  | { readonly kind: 'product'; readonly size: number };

/** What one contender's process is told. */
export interface Assignment {
  readonly task: Task;
  /** Steps that one call takes, where many go into one. */
  readonly steps: number;
  /** The number of the step whose loss is compared, from 1. */
  readonly check: number;
  /** Take one step, then exit: the process as a whole is timed. */
  readonly once: boolean;
}

/** The speed asked for, as a multiple of a rival's: 2 is twice as fast, in half the time. */
export interface Requirement {
  readonly speed: number;
  /** Contender whose figure is meant; left out: the fastest rival on one thread. */
  readonly rival?: string;
  readonly blas?: boolean;
  /** Share of the limit, likewise required. */
  readonly share?: number;
}

export interface Workload {
  readonly name: string;
  readonly about: string;
  readonly task: Task;
  readonly steps: number;
  readonly check: number;
  /** Largest relative difference of losses that is still the same computation. */
  readonly tolerance: number;
  readonly once?: boolean;
  /** What a step cannot do without: bytes read from memory, multiplications and additions in matrix products. */
  readonly cost: { readonly bytes?: number; readonly flops?: number };
  readonly required: readonly Requirement[];
}

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

const TABULAR = [32, 64, 64, 1];

const product = (size: number): Workload => ({
  name: `product-${size}`,
  about: `product of two ${size} × ${size} matrices, float32`,
  task: { kind: 'product', size },
  steps: 1,
  check: 1,
  tolerance: 1e-4,
  cost: { flops: 2 * size ** 3 },
  required: [{ speed: 0.38, rival: 'numpy' }],
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
    required: [{ speed: 1 / 1.5, rival: 'JAX scan' }],
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
  digits(32, [
    { speed: 1, blas: true },
    { speed: 3, rival: 'jax-js' },
  ]),
  digits(128, [
    { speed: 1.05, blas: true },
    { speed: 3, rival: 'jax-js' },
  ]),
  digits(512, [
    { speed: 1.05, blas: true },
    { speed: 3, rival: 'jax-js' },
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
    required: [{ speed: 1, blas: true }, { speed: 0.5 }],
  },
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
    name: 'sgd-100kx100-b1',
    about: 'logistic regression by SGD, a row of 100 a step; 100,000 steps are an epoch',
    task: { kind: 'logistic', rows: 100_000, features: 100, batch: 1, lr: 0.01, sequential: true },
    steps: 100_000,
    check: 2000,
    tolerance: 1e-3,
    cost: { bytes: 400 },
    required: [{ speed: 1, rival: 'scikit-learn' }],
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
    once: true,
    cost: {},
    required: [{ speed: 1.3, rival: 'jax-js' }],
  },
];
