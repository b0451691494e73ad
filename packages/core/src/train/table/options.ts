import type { DateUnit } from '../../data/numeric-code.js';
import type { Table } from '../../data/table.js';
import type { Task } from '../../data/task.js';
import type { FloatType } from '../../tensor/dtype.js';

/** The models that a table can be trained with. */
export const MODELS = ['linear', 'mlp'] as const;
export type ModelName = (typeof MODELS)[number];

/** How to train on a table. Only `target` must be given. */
export interface TrainTableOptions {
  /** The column to predict. */
  readonly target: string;
  /** The columns to predict from (default: all that nothing speaks against, see `inspect`). */
  readonly features?: readonly string[];
  /** Columns not to use. */
  readonly exclude?: readonly string[];
  /** What to predict, where the target's values would say otherwise. */
  readonly task?: Task;

  /** Rows that choose the weights to keep, and between models: a share (default 0.15; 0 for none), or a table. */
  readonly validation?: number | Table;
  /** Rows for the final score only: a share (default 0.15; 0 for none), or a table. */
  readonly test?: number | Table;
  /** A column that says train, validation or test in each row, in place of shares. */
  readonly split?: string;
  /** A column whose groups are kept together when rows are shared out: the visits of one patient. */
  readonly group?: string;
  /** A column of times: the earliest rows train, the latest test. */
  readonly time?: string;

  /**
   * What to do about missing values of features: `impute` fills them and marks them in a column (default), `drop`
   * leaves out rows that lack one. Rows without a target are always left out.
   */
  readonly missing?: 'impute' | 'drop';
  /** What a date counts as: days since the first in training (default), or its calendar year. */
  readonly dates?: DateUnit;

  /** `auto` (default) trains both models and keeps the one that validates better. */
  readonly model?: ModelName | 'auto';
  /** Units of the mlp's hidden layers (default `[64, 64]`). */
  readonly hidden?: readonly number[];
  /** An optimizer by its name, such as `adam` (default: see {@link TrainTableOptions.batch}). */
  readonly optimizer?: string;
  /** The learning rate (default: the optimizer's own). */
  readonly lr?: number;
  /** A schedule of the learning rate by its name, such as `cosine`, from `lr` over the whole run. */
  readonly schedule?: string;
  /**
   * Rows a step. `1` is stochastic gradient descent. `'full'` is batch gradient descent: for a linear model by
   * Nesterov's method at the rate 1/L, until the gradient is as good as zero. `'auto'` (default) is `'full'` for a
   * linear model where that costs little, else a power of two between 16 and 1024, by the number of rows.
   */
  readonly batch?: number | 'full' | 'auto';
  /** How often to go through the training rows at most. */
  readonly epochs?: number;
  /** Factor of the penalty (l2/2)·Σw² on weights, biases excepted (default 0). */
  readonly l2?: number;
  /** Stop when the validation loss has not improved for so many epochs; 0 never stops. */
  readonly patience?: number;

  /** Decides the split, initial weights and order (default 0). The same seed gives the same result. */
  readonly seed?: number;
  /** Element type of weights and arithmetic (default float32). */
  readonly dtype?: FloatType;
  /** `portable`: the same bits on every machine. `fast` (default): the machine's own arithmetic where it has some. */
  readonly numerics?: 'fast' | 'portable';
  /** Aborting it ends the run with the best weights so far. */
  readonly signal?: AbortSignal;
}
