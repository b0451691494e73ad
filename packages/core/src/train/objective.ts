import { isWeight } from '../nn/model.js';
import type { NdArray } from '../tensor/array.js';
import type { TypedArray } from '../tensor/dtype.js';
import { called, misuse } from '../tensor/errors.js';
import type { Spec } from '../tensor/record.js';
import { isTensor, type Tensor } from '../tensor/tensor.js';
import { trace } from '../tensor/trace.js';
import { type Training, trainingPass } from '../tensor/training.js';
import { type Flat, singleLeaf } from '../tensor/tree.js';

/** Maps a name to a value for each parameter; a parameter's name is its path in the tree, as in `hidden0.w`. */
export type Named<T> = Readonly<Record<string, T>>;

/** What is minimised: the mean loss over the rows of a batch, and a penalty on the weights. */
export interface Objective {
  /** Predictions from parameters and inputs; with `training`, as in a training step. */
  predict(params: Named<Tensor>, x: unknown, training?: Training): Tensor;
  /** The loss of each row, or one number for the batch. */
  loss(prediction: Tensor, y: unknown): Tensor;
  /** Factor of the penalty (l2/2)·Σw² over the weights ({@link isWeight}). */
  readonly l2: number;
}

/** Batches as users give them. */
export interface Batch {
  readonly x: unknown;
  readonly y: unknown;
  /** How much each row counts: 1 in the mean over all rows that there are. */
  readonly weight?: Tensor;
}

/**
 * The mean loss of a batch, without the penalty: (1/b)·Σ wᵢ·lossᵢ. Weights are not made to sum up to b within the batch, so
 * that the gradient of a random batch has that of all rows as its mean.
 */
export function meanLoss(
  { predict, loss }: Objective,
  params: Named<Tensor>,
  { x, y, weight }: Batch,
  training?: Training,
): Tensor {
  return meanOverRows(loss(predict(params, x, training), y), weight, 'loss');
}

/**
 * The mean of what a loss or metric gives for each row.
 *
 * @param name how the user calls it, for errors
 */
export function meanOverRows(value: Tensor, weight: Tensor | undefined, name: string): Tensor {
  if (!isTensor(value)) throw misuse(`${name} must give a tensor, got ${called(value)}${wayOut(value)}`);
  if (value.rank > 1)
    throw misuse(`${name} must give one number for each row or one in all, got shape [${value.shape}]`);
  if (weight === undefined) return value.rank === 1 ? value.mean() : value;
  if (value.rank === 0)
    throw misuse(
      `weight: the ${name} gives one number for the batch; rows can be weighted where it gives one for each`,
    );
  return value.mul(weight.cast(value.dtype)).mean();
}

function wayOut(value: unknown): string {
  if (typeof value === 'function') return '; a loss with options is called first, as in huber({ delta: 1 })';
  return typeof value === 'number' ? '; a plain function of numbers is marked, as in numeric(rmse)' : '';
}

/** (l2/2)·Σw² over the weights. */
function penalty(l2: number, params: Named<Tensor>): Tensor | undefined {
  if (l2 === 0) return undefined;
  const squares = weightsIn(params).map((w) => w.square().sum());
  return squares.reduce((sum, part) => sum.add(part)).mul(l2 / 2);
}

/** The same of concrete parameters. */
export const penaltyOf = (l2: number, params: Named<NdArray>): number =>
  l2 === 0 ? 0 : (l2 / 2) * weightsIn(params).reduce((sum, { data }) => sum + sumOfSquares(data), 0);

function weightsIn<T>(params: Named<T>): T[] {
  const weights = Object.keys(params).filter(isWeight);
  if (weights.length === 0)
    throw misuse(
      `l2 is for parameters called w, as in hidden0.w; the model has ${Object.keys(params).join(', ')}`,
    );
  return weights.map((name) => params[name]!);
}

function sumOfSquares(data: TypedArray): number {
  let sum = 0;
  for (const w of data) sum += w * w;
  return sum;
}

/** The mean loss with the penalty: what is differentiated. */
export function penalised(
  objective: Objective,
  params: Named<Tensor>,
  batch: Batch,
  training?: Training,
): Tensor {
  const loss = meanLoss(objective, params, batch, training);
  const extra = penalty(objective.l2, params);
  return extra ? loss.add(extra) : loss;
}

/**
 * The names of the parameters that a training step renews by itself, as with running statistics: optimizers leave them
 * alone.
 *
 * @param batch specs of one batch
 */
export function renewedBy(
  { predict }: Objective,
  params: Flat<Spec>,
  batch: Flat<Spec>,
): ReadonlySet<string> {
  const names = new Set<string>();
  const look = (params: Named<Tensor>, { x }: Batch, seed: Tensor, step: Tensor): Tensor => {
    const pass = trainingPass(seed, step);
    const prediction = predict(params, x, pass);
    for (const [name, leaf] of Object.entries(params)) if (pass.renews(leaf)) names.add(name);
    return prediction;
  };
  const scalar = singleLeaf<Spec>({ shape: [], dtype: 'float64' });
  trace(look as (...args: never[]) => unknown, [params, batch, scalar, scalar]);
  return names;
}
