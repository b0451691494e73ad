import { type Check, list, whole } from './checks.js';

/** Extents of the axes, outermost first; `[]` is a scalar. */
export type Shape = readonly number[];

/** Elements along an axis at most: programs count them in 32 bits, and a vector beyond the end. */
export const LONGEST_AXIS = 2 ** 30;

export const aShape: Check = {
  what: `${list.what} (at most 2^30 each)`,
  holds: (value) => Array.isArray(value) && value.every((n) => whole.holds(n) && n <= LONGEST_AXIS),
};

// The compiler asks for these thousands of times before an engine has made anything fast: they are plain loops.

export function sizeOf(shape: Shape): number {
  let size = 1;
  for (let axis = 0; axis < shape.length; axis++) size *= shape[axis]!;
  return size;
}

export function sameShape(a: Shape, b: Shape): boolean {
  if (a.length !== b.length) return false;
  for (let axis = 0; axis < a.length; axis++) if (a[axis] !== b[axis]) return false;
  return true;
}

/** Row-major strides, in elements. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = step;
    step *= shape[axis]!;
  }
  return strides;
}

/** NumPy's rule: align at the last axis, extents are equal or one of them is 1. `undefined` when they clash. */
export function broadcastShapes(a: Shape, b: Shape): Shape | undefined {
  const rank = Math.max(a.length, b.length);
  const shape: number[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const left = a[axis - rank + a.length] ?? 1;
    const right = b[axis - rank + b.length] ?? 1;
    if (left !== right && left !== 1 && right !== 1) return undefined;
    shape.push(left === 1 ? right : left);
  }
  return shape;
}

/** An axis counted from the front; negative ones count from the end. `undefined` when out of range. */
export function normalizeAxis(axis: number, rank: number): number | undefined {
  const found = axis < 0 ? axis + rank : axis;
  return Number.isInteger(axis) && found >= 0 && found < rank ? found : undefined;
}
