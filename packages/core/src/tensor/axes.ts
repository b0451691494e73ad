import { spelled } from './checks.js';
import { normalizeAxis } from './shape.js';
import { ShapeError } from './shape-error.js';
import type { Axes, Tensor } from './tensor.js';

/** The axes that are meant, counted from the front: each once, in order. */
export function axesOf(x: Tensor, axes: Axes | undefined): number[] {
  const list = axes === undefined ? x.shape.map((_, axis) => axis) : [axes].flat();
  return [...new Set(list.map((axis) => axisOf(x, axis as number)))].sort((a, b) => a - b);
}

/** One axis, counted from the front; of a shape with `more` axes than x has, if so asked. */
export function axisOf(x: Tensor, axis: number, more = 0): number {
  const found = normalizeAxis(axis, x.rank + more);
  if (found === undefined)
    throw new ShapeError(`axis ${spelled(axis)} is not one of a tensor of shape [${x.shape}]`);
  return found;
}
