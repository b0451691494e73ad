import { allocate, type DType, type TypedArray } from './dtype.js';
import { misuse } from './errors.js';
import { type Shape, sizeOf } from './shape.js';

/** A concrete array: row-major `data` with its `shape`. What programs take in and hand out. */
export interface NdArray {
  readonly data: TypedArray;
  readonly shape: Shape;
  readonly dtype: DType;
}

/** Nested lists of numbers, all of one length on each level. */
export type Nested = number | boolean | readonly Nested[];

/** What a user may hand over where an array is wanted. A typed array is a vector of its own dtype. */
export type ArrayLike = NdArray | TypedArray | Nested;

export const isNdArray = (value: unknown): value is NdArray =>
  typeof value === 'object' && value !== null && 'data' in value && 'shape' in value && 'dtype' in value;

export const isTypedArray = (value: unknown): value is TypedArray =>
  value instanceof Float32Array || value instanceof Float64Array || value instanceof Int32Array;

/** True for what {@link array} accepts as one array rather than as a tree of arrays. */
export const isArrayLike = (value: unknown): value is ArrayLike =>
  typeof value === 'number' ||
  typeof value === 'boolean' ||
  isTypedArray(value) ||
  isNdArray(value) ||
  (Array.isArray(value) && value.length > 0 && isNestedNumbers(value));

function isNestedNumbers(value: unknown): boolean {
  if (typeof value === 'number' || typeof value === 'boolean') return true;
  return Array.isArray(value) && value.length > 0 && isNestedNumbers(value[0]);
}

/**
 * Makes a concrete array from numbers.
 *
 * @param values a number, nested lists, a typed array, or an array (returned as it is when nothing changes)
 * @param options `shape` to fold a flat list into; `dtype` (default: the typed array's own, `bool` for
 *   booleans, else `float64`, what JavaScript's numbers are)
 * @throws when lists are ragged or the shape does not hold as many elements
 * @example
 * ```ts
 * import { array } from '@downslope/core';
 * array([[1, 2], [3, 4]]).shape; // [2, 2]
 * array(new Float64Array(6), { shape: [2, 3] });
 * ```
 */
export function array(values: ArrayLike, options: { shape?: Shape; dtype?: DType } = {}): NdArray {
  const found = isNdArray(values) ? values : read(values, options.dtype);
  const shape = options.shape ?? found.shape;
  if (sizeOf(shape) !== found.data.length)
    throw misuse(`array: shape [${shape}] holds ${sizeOf(shape)} elements, got ${found.data.length}`);
  const dtype = options.dtype ?? found.dtype;
  if (dtype === found.dtype && shape === found.shape) return found;
  return { data: dtype === found.dtype ? found.data : convert(found.data, dtype), shape, dtype };
}

/** A zero-filled array. */
export const zeros = (shape: Shape, dtype: DType = 'float32'): NdArray => ({
  data: allocate(dtype, sizeOf(shape)),
  shape,
  dtype,
});

/** Element conversion: to `bool` by ≠ 0, to `int32` towards zero. */
export function convert(data: TypedArray, dtype: DType): TypedArray {
  const out = allocate(dtype, data.length);
  if (dtype === 'bool') for (let i = 0; i < data.length; i++) out[i] = data[i] === 0 ? 0 : 1;
  else out.set(data);
  return out;
}

function read(values: TypedArray | Nested, dtype: DType | undefined): NdArray {
  if (isTypedArray(values)) return { data: values, shape: [values.length], dtype: dtypeOf(values) };
  const shape: number[] = [];
  for (let level: Nested = values; Array.isArray(level); level = level[0] as Nested) {
    shape.push(level.length);
    if (level.length === 0) break;
  }
  const flat: (number | boolean)[] = [];
  flatten(values, shape, 0, flat);
  const type = dtype ?? (typeof flat[0] === 'boolean' ? 'bool' : 'float64');
  const data = allocate(type, flat.length);
  for (let i = 0; i < flat.length; i++) data[i] = Number(flat[i]);
  return { data: type === 'bool' ? convert(data, 'bool') : data, shape, dtype: type };
}

function dtypeOf(values: TypedArray): DType {
  if (values instanceof Float32Array) return 'float32';
  return values instanceof Float64Array ? 'float64' : 'int32';
}

function flatten(value: Nested, shape: Shape, level: number, out: (number | boolean)[]): void {
  const isList = Array.isArray(value);
  if (isList !== level < shape.length || (isList && value.length !== shape[level]))
    throw misuse(`array: nested lists must all have one length on each level; level ${level} differs`);
  if (isList) for (const item of value as readonly Nested[]) flatten(item, shape, level + 1, out);
  else out.push(value as number | boolean);
}
