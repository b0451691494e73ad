import { optimizerNamed, scheduleNamed } from '../../optim/registry.js';
import type { Schedulable, Transform } from '../../optim/transform.js';
import type { Problem } from '../problem.js';
import type { ModelName, TableSettings } from './options.js';

/** What a recipe depends on besides the options. */
export interface Facts {
  readonly model: ModelName;
  /** Training rows. */
  readonly rows: number;
  /** Columns of the encoded features. */
  readonly width: number;
  readonly outputs: number;
  /** See `Loss`. */
  readonly curvature: number;
}

/** How a model is trained. */
export interface Recipe {
  readonly batch: number | 'full';
  readonly optimizer: string;
  readonly epochs: number;
  /** `undefined`: never stop early. */
  readonly patience: number | undefined;
  /** 0: do not look at the gradient. */
  readonly gradTol: number;
  /** Makes the optimizer. */
  readonly make: (problem: Problem) => Transform;
}

/**
 * A linear model in full batches is a convex problem with known smoothness: solve it. Steps cost little, so there may
 * be many, and a validation loss that rests for long may still fall.
 */
const SOLVER = {
  optimizer: 'nesterov',
  epochs: 100_000,
  patience: 1000,
  gradTol: { float32: 1e-5, float64: 1e-8 },
  /** Multiplications in one step up to which it is the default, and in all steps of the default. */
  affordable: { step: 2e6, run: 2e10 },
};

/** Batches that are part of the rows. */
const STOCHASTIC = {
  optimizer: 'adam',
  schedule: 'constant',
  epochs: 100,
  patience: 20,
  /** Rows a step: a power of two within these, with at least so many steps an epoch. */
  batch: { least: 16, most: 1024, steps: 64 },
};

/** Learning rates for features and targets of about unit size. */
const RATES: Readonly<Record<string, number>> = {
  sgd: 0.01,
  nesterov: 0.01,
  adam: 0.003,
  adamw: 0.003,
  rmsprop: 0.003,
  adagrad: 0.03,
};

const OTHER_RATE = 0.001;

/** Optimizers for which 1/L is right. */
const BY_SMOOTHNESS = ['sgd', 'nesterov'];

/** Completes the options by what suits the model and the size of the table. */
export function recipeFor(facts: Facts, settings: TableSettings): Recipe {
  const batch = batchFor(facts, settings);
  const solves = facts.model === 'linear' && batch === 'full';
  const defaults = solves ? SOLVER : STOCHASTIC;
  const epochs = settings.epochs ?? (solves ? solverEpochs(facts, settings) : STOCHASTIC.epochs);
  const patience = settings.patience ?? defaults.patience;
  const optimizer = settings.optimizer ?? defaults.optimizer;
  const name = optimizer.toLowerCase();
  const rate = (problem: Problem): number => {
    if (settings.lr !== undefined) return settings.lr;
    return solves && BY_SMOOTHNESS.includes(name)
      ? 1 / problem.smoothness(facts.curvature)
      : (RATES[name] ?? OTHER_RATE);
  };
  const schedule = settings.schedule ?? (solves ? 'constant' : STOCHASTIC.schedule);
  const steps = epochs * (batch === 'full' ? 1 : Math.ceil(facts.rows / batch));
  return {
    batch,
    optimizer,
    epochs,
    patience: patience === 0 ? undefined : patience,
    gradTol: solves ? SOLVER.gradTol[settings.dtype] : 0,
    make: (problem) => {
      const lr: Schedulable = scheduleNamed(schedule, rate(problem), steps);
      return optimizerNamed(optimizer, { lr });
    },
  };
}

const stepCost = ({ rows, width, outputs }: Facts): number => rows * (width + 1) * outputs;

function batchFor(facts: Facts, { batch, optimizer, lr, schedule }: TableSettings): number | 'full' {
  if (batch !== 'auto') return batch;
  const free = optimizer === undefined && lr === undefined && schedule === undefined;
  if (facts.model === 'linear' && free && stepCost(facts) <= SOLVER.affordable.step) return 'full';
  const { least, most, steps } = STOCHASTIC.batch;
  return Math.min(most, Math.max(least, 2 ** Math.floor(Math.log2(facts.rows / steps))));
}

/** A solver that was asked for runs until it is done; the one by default keeps the time in bounds. */
function solverEpochs(facts: Facts, { batch }: TableSettings): number {
  if (batch === 'full') return SOLVER.epochs;
  return Math.min(SOLVER.epochs, Math.ceil(SOLVER.affordable.run / stepCost(facts)));
}
