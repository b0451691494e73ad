import { check, list } from './checks.js';
import { type Shape, sameShape } from './shape.js';
import { ShapeError } from './shape-error.js';
import type { Tensor } from './tensor.js';

/** `x` in another shape; an extent of −1 is what the others leave. */
export function reshaped(x: Tensor, shape: Shape): Tensor {
  check('reshape: the shape', shape, list);
  const rest = shape.reduce((product, extent) => (extent === -1 ? product : product * extent), 1);
  const full = shape.map((extent) => (extent === -1 ? x.size / rest : extent));
  if (
    shape.includes(-1) &&
    (rest === 0 || x.size % rest !== 0 || full.filter((n, i) => n !== shape[i]).length > 1)
  )
    throw new ShapeError(`reshape: [${x.shape}] does not fit [${shape}], where one extent may be -1`);
  return sameShape(full, x.shape) ? x : x.apply('reshape', { shape: full });
}

type Numbers = readonly number[];

/** Every `step`-th element from `start` up to `stop` on each axis; what is left out means the whole axis. */
export function sliced(x: Tensor, start: Numbers, stop: Numbers, step: Numbers): Tensor {
  for (const given of [start, stop, step]) check('slice: each argument', given, list);
  return x.apply('slice', {
    start: x.shape.map((_, axis) => start[axis] ?? 0),
    stop: x.shape.map((extent, axis) => stop[axis] ?? extent),
    step: x.shape.map((_, axis) => step[axis] ?? 1),
  });
}

/** Elements to put before and after those of an axis. */
export type Around = readonly [before: number, after: number];

/** `x` with `value` put around: zeros by the op itself, another value where those zeros came. */
export function pad(x: Tensor, around: readonly Around[], value: number): Tensor {
  const fits = (pair: Around): boolean =>
    Array.isArray(pair) && pair.every((n) => Number.isInteger(n) && n >= 0);
  if (around.length !== x.rank || !around.every(fits))
    throw new ShapeError(
      `pad: [${x.shape}] needs ${x.rank} pairs of integers ≥ 0, got ${JSON.stringify(around)}`,
    );
  if (around.flat().every((n) => n === 0)) return x;
  const shape = x.shape.map((n, axis) => around[axis]![0] + n + around[axis]![1]);
  const start = around.map(([before]) => before);
  const padded = x.embed(shape, start);
  if (value === 0) return padded;
  const inside = x.like(1).cast('bool').broadcastTo(x.shape).embed(shape, start);
  return inside.where(padded, value);
}

/** Tensors of one shape along a new axis. */
export function stack(all: readonly Tensor[], axis: number): Tensor {
  const [first, ...others] = all.map((x) => x.expandDims(axis)) as [Tensor, ...Tensor[]];
  return first.concat(others, axis);
}

/** The elements of the last two axes whose column, minus their row, passes the test; zeros elsewhere. */
export function triangle(x: Tensor, name: string, keeps: (offset: Tensor) => Tensor): Tensor {
  if (x.rank < 2) throw new ShapeError(`${name} takes matrices, got shape [${x.shape}]`);
  const [rows, columns] = x.shape.slice(-2) as [number, number];
  const index = (n: number): Tensor => x.constant(Int32Array.from({ length: n }, (_, i) => i));
  return keeps(index(columns).sub(index(rows).reshape([rows, 1]))).where(x, 0);
}
