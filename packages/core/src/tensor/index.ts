export { type ArrayLike, array, type NdArray, zeros } from './array.js';
export type { DType, FloatType, TypedArray } from './dtype.js';
export { DownslopeError } from './errors.js';
export type { Shape } from './shape.js';
