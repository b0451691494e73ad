import { OPTIMIZERS } from '../registry.js';

export interface Case {
  readonly optimizer: keyof typeof OPTIMIZERS;
  readonly options?: Readonly<Record<string, number | boolean | string>>;
  /** Learning rates that suit the two test functions. */
  readonly lr: { readonly parabola: number; readonly rosenbrock: number };
  /** Why it cannot do with a gradient alone. */
  readonly wholeLoss?: string;
  /** Why it cannot do with the mean gradient of micro-batches. */
  readonly whole?: string;
  /** Whether it draws random numbers, by the names of parameters. */
  readonly random?: boolean;
  /** Hyperparameters that are no options of it, and why. */
  readonly inner?: Readonly<Record<string, string>>;
  /** Hyperparameters that may be negative. */
  readonly signed?: readonly string[];
  /** Why numbers of its state may differ where parameters agree. */
  readonly ambiguous?: string;
  /** Hyperparameters that must stay as they are, and why. */
  readonly fixed?: Readonly<Record<string, string>>;
  /** Why it moves where gradient and parameters are zero. */
  readonly restless?: string;
}

const gradual = { parabola: 0.1, rosenbrock: 1e-3 };
const bold = { parabola: 0.1, rosenbrock: 0.05 };

const ADAMW = Object.fromEntries(
  ['beta1', 'beta2', 'eps', 'weightDecay_2', 'lr_2'].map((name) => [name, 'an option of its adamw']),
);

const NO_DAMPENING = { dampening: 'its momentum has none' };
const NULL_SPACE = 'eigenvectors for equal eigenvalues, here of zero, are any basis';

/** Every optimizer, plain and with all that it has. */
const CASES: readonly Case[] = [
  { optimizer: 'sgd', lr: gradual },
  {
    optimizer: 'sgd',
    options: { momentum: 0.8, dampening: 0.2, weightDecay: 1e-3 },
    lr: gradual,
  },
  {
    optimizer: 'sgd',
    options: { momentum: 0.9, nesterov: true },
    lr: { parabola: 0.05, rosenbrock: 5e-4 },
    fixed: { dampening: 'Nesterov momentum takes none' },
  },
  { optimizer: 'adam', lr: bold },
  { optimizer: 'adam', options: { amsgrad: true, weightDecay: 1e-3 }, lr: bold },
  { optimizer: 'adamW', lr: bold },
  { optimizer: 'adamW', options: { amsgrad: true, beta2: 0.9 }, lr: bold },
  { optimizer: 'rmsprop', lr: { parabola: 0.02, rosenbrock: 0.01 } },
  {
    optimizer: 'rmsprop',
    options: { centered: true, momentum: 0.5, weightDecay: 1e-3 },
    inner: NO_DAMPENING,
    lr: { parabola: 0.01, rosenbrock: 0.005 },
  },
  { optimizer: 'adagrad', lr: { parabola: 0.5, rosenbrock: 0.2 } },
  {
    optimizer: 'adagrad',
    options: { lrDecay: 0.01, initialAccumulatorValue: 0.1, weightDecay: 1e-3 },
    lr: { parabola: 0.5, rosenbrock: 0.2 },
  },
  { optimizer: 'nesterov', lr: gradual },
  {
    optimizer: 'sgd',
    options: { momentum: 0.8, nesterov: true, convention: 'keras' },
    lr: gradual,
    fixed: { dampening: 'Nesterov momentum takes none' },
  },
  {
    optimizer: 'rmsprop',
    options: { convention: 'optax', momentum: 0.5, nesterov: true, biasCorrection: true, initialScale: 0.1 },
    inner: NO_DAMPENING,
    lr: { parabola: 0.01, rosenbrock: 0.005 },
  },
  { optimizer: 'adagrad', options: { convention: 'keras' }, lr: { parabola: 0.5, rosenbrock: 0.2 } },
  { optimizer: 'adam', options: { convention: 'keras', weightDecay: 1e-3 }, lr: bold },
  { optimizer: 'amsgrad', lr: bold },
  { optimizer: 'amsgrad', options: { convention: 'optax', epsRoot: 1e-6 }, lr: bold },
  { optimizer: 'nadam', lr: bold },
  { optimizer: 'nadam', options: { convention: 'optax', weightDecay: 1e-3 }, lr: bold },
  { optimizer: 'nadamW', lr: bold },
  {
    optimizer: 'radam',
    options: { beta2: 0.99, weightDecay: 1e-3 },
    lr: { parabola: 0.1, rosenbrock: 2e-3 },
  },
  { optimizer: 'adamax', lr: bold },
  { optimizer: 'adamax', options: { convention: 'keras', weightDecay: 1e-3 }, lr: bold },
  { optimizer: 'adadelta', options: { weightDecay: 1e-3 }, lr: { parabola: 5, rosenbrock: 5 } },
  { optimizer: 'rprop', lr: { parabola: 0.1, rosenbrock: 0.01 } },
  { optimizer: 'asgd', options: { t0: 50, lambd: 1e-3 }, lr: gradual },
  { optimizer: 'lion', options: { beta2: 0.9, weightDecay: 1e-3 }, lr: { parabola: 0.01, rosenbrock: 0.01 } },
  { optimizer: 'signSGD', lr: { parabola: 0.02, rosenbrock: 0.01 } },
  {
    optimizer: 'signSGD',
    options: { momentum: 0.5, weightDecay: 1e-3 },
    inner: NO_DAMPENING,
    lr: { parabola: 0.02, rosenbrock: 0.01 },
  },
  { optimizer: 'yogi', lr: bold, restless: 'its average gradient starts above zero' },
  { optimizer: 'adabelief', options: { weightDecay: 1e-3 }, lr: bold },
  { optimizer: 'adan', lr: bold },
  { optimizer: 'adan', options: { decoupled: true, weightDecay: 1e-3 }, lr: bold },
  { optimizer: 'adopt', options: { weightDecay: 1e-3 }, lr: bold },
  { optimizer: 'adopt', options: { decoupled: true, weightDecay: 1e-3, clip: false }, lr: bold },
  { optimizer: 'adEMAMix', options: { weightDecay: 1e-3 }, lr: { parabola: 0.05, rosenbrock: 0.02 } },
  {
    optimizer: 'adEMAMix',
    options: { alpha: 2, beta3: 0.99, alphaWarmup: 100, beta3Warmup: 100 },
    lr: { parabola: 0.05, rosenbrock: 0.02 },
  },
  { optimizer: 'lamb', options: { weightDecay: 1e-3 }, lr: { parabola: 0.05, rosenbrock: 0.02 } },
  {
    optimizer: 'lars',
    options: { nesterov: true, weightDecay: 1e-3 },
    inner: NO_DAMPENING,
    lr: { parabola: 5, rosenbrock: 1 },
  },
  { optimizer: 'ftrl', options: { l1: 1e-3, l2: 1e-3 }, lr: { parabola: 1, rosenbrock: 0.5 } },
  { optimizer: 'nesterov', options: { momentum: 0.8 }, lr: gradual },
  { optimizer: 'adafactor', lr: { parabola: 0.05, rosenbrock: 0.02 } },
  {
    optimizer: 'adafactor',
    options: { scaleParameter: false, momentum: 0.5, weightDecay: 1e-4 },
    lr: { parabola: 0.05, rosenbrock: 0.02 },
  },
  {
    optimizer: 'muon',
    options: { weightDecay: 1e-3 },
    lr: { parabola: 0.05, rosenbrock: 0.05 },
    inner: ADAMW,
  },
  {
    optimizer: 'muon',
    options: { convention: 'optax', nesterov: false },
    lr: { parabola: 0.05, rosenbrock: 0.05 },
    inner: ADAMW,
  },
  { optimizer: 'scheduleFreeSGD', options: { warmupSteps: 5 }, lr: { parabola: 0.1, rosenbrock: 1e-3 } },
  {
    optimizer: 'scheduleFreeAdamW',
    options: { warmupSteps: 5, weightDecay: 1e-3, r: 1 },
    lr: { parabola: 0.1, rosenbrock: 0.1 },
  },
  { optimizer: 'prodigy', options: { d0: 0.01 }, lr: { parabola: 1, rosenbrock: 0.2 } },
  {
    optimizer: 'prodigy',
    options: { d0: 0.01, beta3: 0.9, growthRate: 1.1, biasCorrection: true, weightDecay: 1e-3 },
    lr: { parabola: 1, rosenbrock: 1 },
  },
  {
    optimizer: 'dAdaptAdam',
    options: { d0: 0.05, growthRate: 1.02, weightDecay: 1e-3 },
    lr: { parabola: 1, rosenbrock: 0.2 },
  },
  {
    optimizer: 'soap',
    options: { weightDecay: 1e-3, preconditionFrequency: 3, eps: 0.1 },
    lr: bold,
    ambiguous: NULL_SPACE,
  },
  {
    optimizer: 'soap',
    options: { normalizeGrads: true, shampooBeta: 0.9, eps: 0.1 },
    lr: { parabola: 0.02, rosenbrock: 0.02 },
    ambiguous: NULL_SPACE,
  },
  {
    optimizer: 'shampoo',
    options: { momentum: 0.5 },
    lr: { parabola: 0.2, rosenbrock: 0.2 },
    inner: NO_DAMPENING,
  },
  {
    optimizer: 'sophia',
    options: { gamma: 1, beta2: 0.9, updatePeriod: 3, weightDecay: 1e-3 },
    wholeLoss: 'its curvature is of the loss',
    whole: 'its curvature is that of the last micro-batch',
    random: true,
    lr: { parabola: 0.05, rosenbrock: 0.02 },
  },
  {
    optimizer: 'sgld',
    options: { temperature: 1e-4 },
    lr: gradual,
    restless: 'it is noise that it makes',
    whole: 'its noise is that of the last micro-batch',
    random: true,
  },
  {
    optimizer: 'polyakSGD',
    lr: { parabola: 1, rosenbrock: 1 },
    signed: ['fMin'],
    wholeLoss: 'its step is from the loss',
  },
  { optimizer: 'lookahead', options: { beta2: 0.99 }, lr: bold },
  {
    optimizer: 'sam',
    options: { momentum: 0.5 },
    lr: { parabola: 0.05, rosenbrock: 5e-4 },
    wholeLoss: 'its gradient is taken elsewhere',
    whole: 'it goes around accumulate: its gradient is taken elsewhere',
  },
];

/** One that is new is tried as it is. */
export const ALL: readonly Case[] = [
  ...CASES,
  ...(Object.keys(OPTIMIZERS) as (keyof typeof OPTIMIZERS)[])
    .filter((optimizer) => CASES.every((one) => one.optimizer !== optimizer))
    .map((optimizer) => ({ optimizer, lr: bold })),
];
