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
  | {
      /** Two convolutions of 3 × 3 on 28 × 28 pixels, each with ReLU and the largest of every 2 × 2, then ten classes. */
      readonly kind: 'cnn';
      readonly channels: readonly [number, number];
      readonly rows: number;
      readonly batch: number;
      readonly lr: number;
      readonly momentum: number;
    }
  | {
      readonly kind: 'gpt';
      readonly layers: number;
      readonly heads: number;
      readonly width: number;
      readonly context: number;
      readonly vocabulary: number;
      readonly rows: number;
      readonly batch: number;
      readonly lr: number;
      readonly weightDecay: number;
      /** The longest gradient that is not shortened. */
      readonly clip: number;
    }
  | {
      /** Logistic regression to its minimum, from zeros, in float64; l2/2·‖w‖² is added to the mean loss. */
      readonly kind: 'solve';
      readonly rows: number;
      readonly features: number;
      readonly l2: number;
      readonly gradTol: number;
    }
  | {
      /** Rosenbrock's function to its minimum, in float64. */
      readonly kind: 'valley';
      readonly gradTol: number;
    }
  | { readonly kind: 'update'; readonly size: number; readonly lr: number }
  | { readonly kind: 'product'; readonly size: number };

/** Those that are trained by steps. */
export type TrainingTask = Exclude<Task, { kind: 'update' | 'product' | 'solve' | 'valley' }>;

/** The task of a kind. */
export type Of<Kind extends Task['kind']> = Extract<Task, { kind: Kind }>;

/**
 * What is timed: steps, many in one process; a process as a whole, from its start to its first step; the compilation of
 * a step, the first that a process does, and one more.
 */
export type Timed = 'steps' | 'process' | 'compilation';

/** What one contender's process is told. */
export interface Assignment {
  readonly task: Task;
  /** Steps that one call takes, where many go into one. */
  readonly steps: number;
  /** The number of the step whose loss is compared, from 1. */
  readonly check: number;
  readonly timed: Timed;
}

/** What our step is made with: WebAssembly alone, machine code, or WebAssembly with the machine's BLAS. */
export type Means = 'portable' | 'native' | 'BLAS';

/** How fast our step must be, on one thread: against a rival, or in itself. */
export interface Requirement {
  /** The speed asked for, as a multiple of the rival's: 2 is twice as fast, in half the time. */
  readonly speed?: number;
  /** Contender whose figure is meant; left out: the fastest rival on one thread. */
  readonly rival?: string;
  /** Microseconds that it may take at most. */
  readonly within?: number;
  /** How the steps are made, as in 'call'; left out: our usual way. */
  readonly form?: string;
  /** Which means may be used, in words. */
  readonly terms?: string;
  /** Of these the fastest counts; left out: of all. */
  readonly among?: readonly Means[];
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
  /** Default: steps. */
  readonly timed?: Timed;
  /** What a step cannot do without: bytes read from memory, multiplications and additions in matrix products. */
  readonly cost: { readonly bytes?: number; readonly flops?: number };
  readonly required: readonly Requirement[];
}
