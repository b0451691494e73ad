import { axesOf, axisOf } from './axes.js';
import { isFloat } from './dtype.js';
import { ShapeError } from './shape-error.js';
import type { Axes, Tensor } from './tensor.js';

/** Folds axes away; bool is counted. */
export function fold(
  x: Tensor,
  op: 'sum' | 'max' | 'min',
  axes: Axes | undefined,
  { keepDims = false }: { keepDims?: boolean } = {},
): Tensor {
  const folded = axesOf(x, axes);
  const numbers = x.dtype === 'bool' ? x.cast('int32') : x;
  const result = folded.length === 0 ? numbers : numbers.apply(op, { axes: folded });
  return keepDims ? result.reshape(x.shape.map((n, axis) => (folded.includes(axis) ? 1 : n))) : result;
}

export function logSumExp(x: Tensor, axes: Axes | undefined, keepDims: boolean): Tensor {
  const shift = top(x, axes);
  const total = x.sub(shift).exp().sum(axes, { keepDims: true }).log().add(shift);
  return keepDims ? total : dropAxes(total, axes);
}

export function softmax(x: Tensor, axis: number): Tensor {
  const powers = x.sub(top(x, axis)).exp();
  return powers.div(powers.sum(axis, { keepDims: true }));
}

/** The first place that holds the largest element, or NaN. */
export function argMax(x: Tensor, axis: number): Tensor {
  const at = axisOf(x, axis);
  const extent = x.shape[at]!;
  if (extent === 0) throw new ShapeError(`argMax: axis ${at} of [${x.shape}] has no elements`);
  const largest = x.eq(x.max(axis, { keepDims: true }));
  const hits = isFloat(x.dtype) ? largest.or(x.ne(x)) : largest;
  const index = x
    .constant(Int32Array.from({ length: extent }, (_, i) => i))
    .reshape(x.shape.map((n, a) => (a === at ? n : 1)));
  return hits.where(index, extent).min(axis);
}

/** The maximum, as a constant to derivatives; 0 where it is infinite, so that no ∞ − ∞ arises. */
function top(x: Tensor, axes: Axes | undefined): Tensor {
  const top = x.max(axes, { keepDims: true }).stopGradient();
  return top.abs().lt(Number.POSITIVE_INFINITY).where(top, 0);
}

function dropAxes(x: Tensor, axes: Axes | undefined): Tensor {
  const dropped = axesOf(x, axes);
  return x.reshape(x.shape.filter((_, axis) => !dropped.includes(axis)));
}
