import { type Shape, stridesOf } from './shape.js';

/** How an array lies in a buffer: `buffer[offset + Σ index·stride]`, in elements. */
export interface View {
  readonly shape: Shape;
  readonly strides: readonly number[];
  readonly offset: number;
}

/** True when the view is a whole buffer in row-major order. */
export function isDense({ shape, strides, offset }: View): boolean {
  const dense = stridesOf(shape);
  return offset === 0 && shape.every((extent, axis) => extent === 1 || strides[axis] === dense[axis]);
}

export const dense = (shape: Shape): View => ({ shape, strides: stridesOf(shape), offset: 0 });
