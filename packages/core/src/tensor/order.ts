import { sizeOf } from './shape.js';
import { ShapeError } from './shape-error.js';
import type { Tensor } from './tensor.js';

/** `f` of `x` with `axis` as its last; the last axis of the result goes back to where `axis` was. */
export const alongLast = (x: Tensor, axis: number, f: (lines: Tensor) => Tensor): Tensor =>
  swapped(f(swapped(x, axis)), axis);

/** One axis and the last in each other's place. */
function swapped(x: Tensor, axis: number): Tensor {
  const last = x.rank - 1;
  if (axis === last) return x;
  return x.transpose(x.shape.map((_, a) => (a === axis ? last : a === last ? axis : a)));
}

/** Along `axis`, the elements at the places in `index`: a gather from all lines laid end to end. */
export function takeAlong(x: Tensor, index: Tensor, axis: number): Tensor {
  if (index.rank !== x.rank || index.shape.some((n, a) => a !== axis && n !== x.shape[a]))
    throw new ShapeError(
      `takeAlong: index [${index.shape}] and [${x.shape}] may differ on axis ${axis} only`,
    );
  return alongLast(x, axis, (lines) => {
    const extent = lines.shape.at(-1)!;
    const rows = sizeOf(lines.shape.slice(0, -1));
    const starts = lines.constant(Int32Array.from({ length: rows }, (_, row) => row * extent));
    const places = swapped(index, axis);
    const within = places.clip(0, extent - 1).reshape([rows, places.shape.at(-1)!]);
    return lines.reshape([lines.size]).gather(within.add(starts.expandDims(1)).reshape(places.shape));
  });
}

/** The `k` largest along `axis`, from a whole sort. */
export function topK(x: Tensor, k: number, axis: number): { values: Tensor; indices: Tensor } {
  const extent = x.shape[axis]!;
  if (!(Number.isInteger(k) && k >= 0 && k <= extent))
    throw new ShapeError(
      `topK: k must be an integer from 0 to ${extent}, the extent of axis ${axis}, got ${k}`,
    );
  const stop = x.shape.map((n, a) => (a === axis ? k : n));
  // An ascending order read backwards begins with NaN, and with the first of equals if it was made from the end.
  const backwards = x.flip(axis).argSort(axis).flip(axis).slice([], stop);
  const indices = backwards.like(extent - 1).sub(backwards);
  return { values: takeAlong(x, indices, axis), indices };
}
