import { optimizerNamed, scheduleNamed } from '../../optim/registry.js';
import { warmup } from '../../optim/schedules/warmup.js';
import type { Schedulable, Transform } from '../../optim/transform.js';
import { reduceOnPlateau } from '../../optim/transforms/reduce-on-plateau.js';
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
  /** True when classes are to be told apart. */
  readonly classes: boolean;
  /** See `Loss`. */
  readonly curvature: number;
}

/** How a model is trained. */
export interface Recipe {
  readonly batch: number | 'full';
  /** Rows a step are measured, from `batch` on. */
  readonly batchByNoise: boolean;
  readonly optimizer: string;
  readonly epochs: number;
  /** `undefined`: never stop early. */
  readonly patience: number | undefined;
  /** 0: do not look at the gradient. */
  readonly gradTol: number;
  readonly l2: number;
  /** Penalties to choose from by the validation rows, `l2` first: where none was asked for and solving costs little. */
  readonly penalties: readonly number[];
  /** For `fit`: a number, or `auto`; undefined where the optimizer has one from the problem's smoothness. */
  readonly lr: number | 'auto' | undefined;
  /** Makes the optimizer. */
  readonly make: (problem: Problem) => Transform;
}

/**
 * A linear model in full batches is a convex problem of known smoothness, to be solved. Without a penalty the weights of
 * classes that can be told apart grow for ever: there the validation rows say when to stop.
 */
const SOLVER = {
  optimizer: 'nesterov',
  epochs: 100_000,
  patience: 200,
  gradTol: { float32: 1e-5, float64: 1e-8 },
  /** Multiplications in one step up to which it is the default, and in all steps of the default. */
  affordable: { step: 1e7, run: 2e10 },
};

/** Batches that are part of the rows. */
const STOCHASTIC = {
  optimizer: 'adam',
  patience: 20,
  /** Within these, so many that this number of rows is gone through. */
  epochs: { least: 10, most: 200, rows: 5e7 },
  /** Rows a step: a power of two within these, with so many steps an epoch where rows suffice. */
  batch: { least: 16, most: 1024, steps: 64 },
};

/**
 * Penalties. A linear model of a quantity is the one that statistics knows. Of classes it would be sure beyond measure
 * where few rows can be told apart; 1/rows is a normal prior of unit variance on each weight, and fades as rows are
 * added. An mlp does better on rows it has not seen with a little.
 */
const L2: Readonly<Record<ModelName, (facts: Facts) => number>> = {
  linear: ({ classes, rows }) => (classes ? 1 / rows : 0),
  mlp: () => 1e-3,
};

/** Penalties that a model may need beside its own, and up to which number of rows training it several times is quick. */
const PATH: Readonly<Record<ModelName, { readonly l2: readonly number[]; readonly rows: number }>> = {
  linear: { l2: [0.01, 0.1], rows: 20_000 },
  mlp: { l2: [0.01], rows: 3000 },
};

/**
 * Rates of optimizers that find the size of their steps by themselves (a factor, which needs no search), or whose steps show
 * no trend within a sweep: they go by the size of the weights, or by all gradients so far.
 */
const FACTORS: Readonly<Record<string, Readonly<Record<ModelName, number>>>> = {
  lars: { linear: 3, mlp: 3 },
  ftrl: { linear: 0.3, mlp: 0.3 },
  adadelta: { linear: 1, mlp: 1 },
  prodigy: { linear: 1, mlp: 1 },
  dadaptadam: { linear: 1, mlp: 0.2 },
  polyaksgd: { linear: 0.5, mlp: 0.5 },
};

/** Optimizers for which 1/L is right where it is known. */
const BY_SMOOTHNESS = ['sgd', 'nesterov'];

/**
 * Completes the options by what suits the model and the size of the table.
 *
 * @param epochsAsked whether their number was asked for when the run began
 */
export function recipeFor(
  facts: Facts,
  asked: TableSettings,
  epochsAsked = asked.epochs !== undefined,
): Recipe {
  const settings = withoutAuto(asked);
  const batch = batchFor(facts, settings, epochsAsked);
  const solves = facts.model === 'linear' && batch === 'full';
  const defaults = solves ? SOLVER : STOCHASTIC;
  const epochs = settings.epochs ?? (solves ? solverEpochs(facts, settings) : stochasticEpochs(facts));
  const patience = settings.patience ?? defaults.patience;
  const optimizer = settings.optimizer ?? defaults.optimizer;
  const name = optimizer.toLowerCase();
  const bySmoothness = settings.lr === undefined && solves && BY_SMOOTHNESS.includes(name);
  const stepsPerEpoch = batch === 'full' ? 1 : Math.ceil(facts.rows / ((settings.accumulate ?? 1) * batch));
  const steps = epochs * stepsPerEpoch;
  const { schedule = 'constant', warmup: rise = 0, reduceOnPlateau: plateau } = settings;
  const over = (rate: number): Schedulable => {
    const rest = Math.max(1, steps - rise * stepsPerEpoch);
    const after = scheduleNamed(schedule, rate, rest, stepsPerEpoch);
    return rise === 0 ? after : warmup(after, { steps: rise * stepsPerEpoch });
  };
  const l2 = settings.l2 ?? L2[facts.model](facts);
  // Who says how to train has one model in mind.
  const free =
    !epochsAsked &&
    asked.batch === undefined &&
    (['l2', 'optimizer', 'lr', 'schedule', 'patience'] as const).every(
      (name) => settings[name] === undefined,
    );
  return {
    batch,
    batchByNoise: asked.batch === 'auto' && batch !== 'full',
    optimizer,
    epochs,
    patience: patience === 0 ? undefined : patience,
    gradTol: solves ? SOLVER.gradTol[settings.dtype] : 0,
    l2,
    penalties: free && facts.rows <= PATH[facts.model].rows ? [l2, ...PATH[facts.model].l2] : [l2],
    lr: bySmoothness ? undefined : (settings.lr ?? FACTORS[name]?.[facts.model] ?? 'auto'),
    make: (problem) => {
      const rate = bySmoothness ? 1 / problem.smoothness(facts.curvature) : problem.lr;
      // While a rate is looked for, it is a schedule of its own.
      const made = optimizerNamed(optimizer, { lr: typeof rate === 'number' ? over(rate) : rate });
      return plateau ? reduceOnPlateau(made, plateau) : made;
    },
  };
}

/** `lr: 'auto'` says no more than what holds without it. */
function withoutAuto({ lr, ...settings }: TableSettings): TableSettings & { readonly lr?: number } {
  return lr === undefined || lr === 'auto' ? settings : { ...settings, lr };
}

const stepCost = ({ rows, width, outputs }: Facts): number => rows * (width + 1) * outputs;

/** Who says how to take steps, or how many epochs, means batches that are part of the rows. */
function batchFor(
  facts: Facts,
  { batch, ...settings }: TableSettings,
  epochsAsked: boolean,
): number | 'full' {
  if (batch !== undefined && batch !== 'auto') return batch;
  const free =
    !epochsAsked && (['optimizer', 'lr', 'schedule'] as const).every((name) => !(name in settings));
  if (facts.model === 'linear' && free && stepCost(facts) <= SOLVER.affordable.step) return 'full';
  const { least, most, steps } = STOCHASTIC.batch;
  return within(least, most, 2 ** Math.floor(Math.log2(facts.rows / steps)));
}

function stochasticEpochs(facts: Facts): number {
  const { least, most, rows } = STOCHASTIC.epochs;
  return within(least, most, Math.ceil(rows / facts.rows));
}

const within = (least: number, most: number, value: number): number => Math.min(most, Math.max(least, value));

/** A solver that was asked for runs until it is done; the one by default keeps the time in bounds. */
function solverEpochs(facts: Facts, { batch }: TableSettings): number {
  if (batch === 'full') return SOLVER.epochs;
  return Math.min(SOLVER.epochs, Math.ceil(SOLVER.affordable.run / stepCost(facts)));
}
