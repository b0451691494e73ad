import { ShapeError } from './shape-error.js';
import type { Tensor } from './tensor.js';

/** Elements to put before and after those of an axis. */
export type Around = readonly [before: number, after: number];

/** `x` with `value` put around: zeros by the op itself, another value where those zeros came. */
export function pad(x: Tensor, around: readonly Around[], value: number): Tensor {
  const fits = ([before, after]: Around): boolean =>
    [before, after].every((n) => Number.isInteger(n) && n >= 0);
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
