import { checkNames } from '../data/names.js';
import { chain } from '../optim/chain.js';
import { globalNorm } from '../optim/leaves.js';
import type { Leaves, Transform } from '../optim/transform.js';
import { clipByGlobalNorm } from '../optim/transforms/clip-by-global-norm.js';
import { clipByValue } from '../optim/transforms/clip-by-value.js';
import { anObject, check, number } from '../tensor/checks.js';
import type { Tensor } from '../tensor/tensor.js';

export interface ClipOptions {
  /** The longest that the gradient of all parameters together may be; its direction stays. */
  readonly norm?: number;
  /** The largest that a single number of the gradient may be. */
  readonly value?: number;
}

const above0 = number('a number above 0', (value) => value > 0);

/** @param ready to clip by norm from some step on; until then the limit is infinite */
export function clipSettings(clip: ClipOptions = {}, ready = false): ClipOptions {
  check('clip', clip, anObject('{ norm: 1 }'));
  checkNames('fit', clip, ['norm', 'value'], 'clip.');
  const { norm, value } = clip;
  if (norm !== undefined) check('clip.norm', norm, above0);
  if (value !== undefined) check('clip.value', value, above0);
  const limit = norm ?? (ready ? Number.POSITIVE_INFINITY : undefined);
  return { ...(limit !== undefined && { norm: limit }), ...(value !== undefined && { value }) };
}

export const clips = ({ norm, value }: ClipOptions): boolean => norm !== undefined || value !== undefined;

/** An optimizer behind clipping; the limits are its hyperparameters `maxNorm` and `limit`. */
export function clipped(optimizer: Transform, { norm, value }: ClipOptions): Transform {
  if (norm === undefined && value === undefined) return optimizer;
  const byNorm: Transform | false = norm !== undefined && {
    ...clipByGlobalNorm(1),
    hyper: { maxNorm: norm },
  };
  return chain(byNorm, value !== undefined && clipByValue(value), optimizer);
}

/** 1 for a step whose gradient was cut, else 0. */
export function isCut(grads: Leaves<Tensor>, hyper: Leaves<Tensor>, { norm, value }: ClipOptions): Tensor {
  const length = globalNorm(grads);
  const largest = Object.values(grads).map((g) => g.abs().max().cast('float64'));
  const cuts = [
    ...(norm === undefined ? [] : [length.gt(hyper.maxNorm!)]),
    ...(value === undefined ? [] : largest.map((most) => most.gt(hyper.limit!))),
  ];
  return cuts.reduce((any, one) => any.or(one)).where(1, length.like(0));
}
