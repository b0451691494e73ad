export { type ArrayLike, array, type NdArray, type Nested, zeros } from './array.js';
export type { DType, FloatType, TypedArray } from './dtype.js';
export { DownslopeError } from './errors.js';
export { type Graph, type Node, print, ShapeError } from './graph.js';
export type { Shape } from './shape.js';
export { type Axes, type Operand, Tensor } from './tensor.js';
export { graphOf } from './trace.js';
export type { Tree } from './tree.js';
export type { Like, Results, Values } from './values.js';
