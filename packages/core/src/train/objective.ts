import type { NdArray } from '../tensor/array.js';
import type { TypedArray } from '../tensor/dtype.js';
import { misuse } from '../tensor/errors.js';
import type { Tensor } from '../tensor/tensor.js';

/** Maps a name to a value for each parameter; a parameter's name is its path in the tree, as in `hidden0.w`. */
export type Named<T> = Readonly<Record<string, T>>;

/** What is minimised: the mean loss over the rows of a batch, and a penalty on the weights. */
export interface Objective {
  /** Predictions from parameters and inputs. */
  predict(params: Named<Tensor>, x: unknown): Tensor;
  /** The loss of each row, or one number for the batch. */
  loss(prediction: Tensor, y: unknown): Tensor;
  /** Factor of the penalty (l2/2)·Σw². */
  readonly l2: number;
}

/** Batches as users give them. */
export interface Batch {
  readonly x: unknown;
  readonly y: unknown;
}

/** The mean loss of a batch, without the penalty. */
export function meanLoss({ predict, loss }: Objective, params: Named<Tensor>, { x, y }: Batch): Tensor {
  const value = loss(predict(params, x), y);
  if (value.rank > 1)
    throw misuse(`loss must give one number for each row or one in all, got shape [${value.shape}]`);
  return value.rank === 1 ? value.mean() : value;
}

/**
 * (l2/2)·Σw² over the weights: parameters with two axes or more. Biases and scales (one axis or none) are left alone.
 */
export function penalty(l2: number, params: Named<Tensor>): Tensor | undefined {
  const weights = Object.values(params).filter(isWeight);
  if (l2 === 0 || weights.length === 0) return undefined;
  return weights
    .map((w) => w.square().sum())
    .reduce((sum, part) => sum.add(part))
    .mul(l2 / 2);
}

/** The same of concrete weights. */
export const penaltyOf = (l2: number, weights: readonly NdArray[]): number =>
  (l2 / 2) * weights.filter(isWeight).reduce((sum, { data }) => sum + squares(data), 0);

function squares(data: TypedArray): number {
  let sum = 0;
  for (const w of data) sum += w * w;
  return sum;
}

export const isWeight = ({ shape }: { shape: readonly number[] }): boolean => shape.length >= 2;

/** The mean loss with the penalty: what is differentiated. */
export function penalised(objective: Objective, params: Named<Tensor>, batch: Batch): Tensor {
  const loss = meanLoss(objective, params, batch);
  const extra = penalty(objective.l2, params);
  return extra ? loss.add(extra) : loss;
}
