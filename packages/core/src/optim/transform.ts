import type { NdArray } from '../tensor/array.js';
import { spelled } from '../tensor/checks.js';
import { misuse } from '../tensor/errors.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Training } from '../tensor/training.js';

/** One value for each parameter, under the parameter's name (`hidden0.w`). */
export type Leaves<T> = Readonly<Record<string, T>>;

/** A pure function of the number of steps already taken: 0 for the first step. */
export type Schedule = (step: number) => number;

/** A number, or one that changes as training goes on. Either way an input of the program: nothing is compiled again. */
export type Schedulable = number | Schedule;

/** The value in force when `step` steps have been taken. */
export const valueAt = (value: Schedulable, step: number): number =>
  typeof value === 'number' ? value : value(step);

/** State is a tree of named arrays; while tracing, the same tree of tensors. */
export type State<T> = { readonly [key: string]: T | State<T> };

/** What the loss is, and how it changes, at some parameters. */
export interface Evaluation {
  /** A scalar. */
  readonly loss: Tensor;
  readonly grads: Leaves<Tensor>;
  /** Loss and gradient elsewhere, on the same batch and with the same random numbers. */
  reevaluate(params: Leaves<Tensor>): Evaluation;
  /** The length of all gradients, where it is known already: a float64 scalar. */
  readonly gradNorm?: Tensor;
  /** The Hessian of the loss times a vector; not of a batch that is looked at in parts. */
  hvp?(v: Leaves<Tensor>): Leaves<Tensor>;
}

/**
 * What an update may ask for besides the gradients. What nobody asks for is not computed.
 *
 * `fit` and `minimize` give all of it. A step of one's own may leave out what is optional here; an optimizer that needs
 * it says so ({@link asked}).
 */
export interface Context<Hyper extends string = string> extends Partial<Omit<Evaluation, 'grads'>> {
  readonly params: Leaves<Tensor>;
  /** The transform's own hyperparameters as float64 scalars. */
  readonly hyper: Readonly<Record<Hyper, Tensor>>;
  /** The number of this step, from 1: a float64 scalar. */
  readonly step: Tensor;
  /** Random numbers of this step. */
  readonly random?: Training;
  /** A loss that has just been measured, as on validation rows: a float64 scalar, NaN at steps that have none. */
  readonly metric?: Tensor;
}

/**
 * Holds a value to being a transform, for plain JavaScript.
 *
 * @throws `sam: optimizer must be a transform such as adam({ lr: 0.001 }), got 'adam'`
 */
export function checkTransform(name: string, value: unknown): void {
  if (typeof (value as Transform | undefined)?.update === 'function') return;
  const way = typeof value === 'function' && value.name ? `; call it, as in ${value.name}({ … })` : '';
  const got = typeof value === 'function' ? `the function ${value.name}` : spelled(value);
  throw misuse(`${name} must be a transform such as adam({ lr: 0.001 }), got ${got}${way}`);
}

/**
 * What a transform cannot do without.
 *
 * @throws `sam: this training step gives no reevaluate; …`
 */
export function asked<What extends 'loss' | 'reevaluate' | 'hvp' | 'random' | 'metric'>(
  owner: string,
  context: Context,
  what: What,
): NonNullable<Context[What]> {
  const found = context[what];
  if (found === undefined) throw misuse(`${owner}: this training step gives no ${what}; ${WAYS[what]}`);
  return found as NonNullable<Context[What]>;
}

const WAYS = {
  loss: 'pass the loss to update, as in { params, hyper, step, loss }',
  reevaluate: 'it needs a loss in tensor methods (see evaluationOf), and goes around accumulate, not into it',
  hvp: 'it needs a loss in tensor methods (see evaluationOf), and a batch that is not cut into parts',
  random: 'pass random: trainingPass(seed, step) to update',
  metric: 'pass metric to update; around accumulate, not within, fit does',
};

/**
 * A step of an optimizer. `update` is written in tensor methods: it is traced into the training step, not run.
 * What comes out of the last transform is added to the parameters.
 *
 * Most transforms treat each parameter by itself: write those with `leafwise` or `stateless`.
 */
export interface Transform<Hyper extends string = string> {
  /** The key of its state in a {@link chain}, and so part of the names in a checkpoint. */
  readonly name: string;
  /** Numeric hyperparameters by name, each of which can be scheduled. */
  readonly hyper: Readonly<Record<Hyper, Schedulable>>;
  /** The state before the first step. */
  init(params: Leaves<NdArray>): State<NdArray>;
  /** Gives updates of the shapes and element types of those it gets, and the next state in the form of the last. */
  update(
    updates: Leaves<Tensor>,
    state: State<Tensor>,
    context: Context<Hyper>,
  ): readonly [updates: Leaves<Tensor>, state: State<Tensor>];
  /** What the loss is multiplied by before it is differentiated: gradients come in so scaled, and as float16. */
  lossScale?(state: State<Tensor>): Tensor;
  /** The weights to evaluate with, where they are not the ones being trained. */
  evalParams?(params: Leaves<Tensor>, state: State<Tensor>): Leaves<Tensor>;
  /** The learning rate in force after a step, where it is not the hyperparameter `lr`: to be reported. */
  rate?(hyper: Readonly<Record<string, Tensor>>, state: State<Tensor>): Tensor;
  /** What `coverage` says of each parameter, where it is not this transform alone and the same for all. */
  covers?(params: Leaves<NdArray>): Leaves<readonly string[]>;
}
