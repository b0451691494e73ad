import { check } from './checks.js';
import { aDType, allocate, type DType, type TypedArray, toInt32 } from './dtype.js';
import { called, misuse } from './errors.js';
import { aShape, type Shape, sizeOf } from './shape.js';

/** A concrete array: row-major `data` with its `shape`. What programs take in and hand out. */
export interface NdArray {
  readonly data: TypedArray;
  readonly shape: Shape;
  readonly dtype: DType;
}

/** Nested lists of numbers, all of one length on each level. */
export type Nested = number | boolean | readonly Nested[];

/** Typed arrays whose numbers all fit into int32, which is what they become. */
type SmallIntegers = Int8Array | Uint8Array | Uint8ClampedArray | Int16Array | Uint16Array;

/** What a user may hand over where an array is wanted. A typed array is a vector, of its own dtype if it has one. */
export type ArrayInput = NdArray | TypedArray | SmallIntegers | Nested;

export const isNdArray = (value: unknown): value is NdArray =>
  typeof value === 'object' && value !== null && 'data' in value && 'shape' in value && 'dtype' in value;

const isSmallIntegers = (value: unknown): value is SmallIntegers =>
  value instanceof Int8Array ||
  value instanceof Uint8Array ||
  value instanceof Uint8ClampedArray ||
  value instanceof Int16Array ||
  value instanceof Uint16Array;

export const isTypedArray = (value: unknown): value is TypedArray =>
  value instanceof Float32Array || value instanceof Float64Array || value instanceof Int32Array;

/** True for what {@link array} accepts as one array rather than as a tree of arrays. */
export const isArrayInput = (value: unknown): value is ArrayInput =>
  typeof value === 'number' ||
  typeof value === 'boolean' ||
  isTypedArray(value) ||
  isSmallIntegers(value) ||
  isNdArray(value) ||
  (Array.isArray(value) && isNestedNumbers(value));

function isNestedNumbers(value: unknown): boolean {
  if (typeof value === 'number' || typeof value === 'boolean') return true;
  return Array.isArray(value) && (value.length === 0 || isNestedNumbers(value[0]));
}

/**
 * Makes a concrete array from numbers.
 *
 * @param values a number, nested lists, a typed array, or an array (returned as it is when nothing changes)
 * @param options `shape` to fold a flat list into; `dtype` (default: the typed array's own, `bool` for
 *   booleans, else `float64`, what JavaScript's numbers are)
 * @throws when lists are ragged or hold anything but numbers, the shape does not hold as many elements, or there is no
 *   such `dtype`
 * @example
 * ```ts
 * import { array } from '@downslope/core';
 * array([[1, 2], [3, 4]]).shape; // [2, 2]
 * array(new Float64Array(6), { shape: [2, 3] });
 * ```
 */
export function array(values: ArrayInput, options: { shape?: Shape; dtype?: DType } = {}): NdArray {
  const found = isNdArray(values) ? values : read(values);
  const shape = options.shape ? check('array: the shape', options.shape, aShape) : found.shape;
  if (sizeOf(shape) !== found.data.length)
    throw misuse(`array: shape [${shape}] holds ${sizeOf(shape)} elements, got ${found.data.length}`);
  const dtype = check('array: dtype', options.dtype ?? found.dtype, aDType);
  if (dtype === found.dtype && shape === found.shape) return found;
  return { data: dtype === found.dtype ? found.data : convert(found.data, dtype), shape, dtype };
}

/** Without looking at the elements of an array. */
export const shapeOf = (values: ArrayInput): Shape => (isNdArray(values) ? values : read(values)).shape;

/** A zero-filled array. */
export const zeros = (shape: Shape, dtype: DType = 'float32'): NdArray => ({
  data: allocate(check('zeros: dtype', dtype, aDType), sizeOf(check('zeros: the shape', shape, aShape))),
  shape,
  dtype,
});

/** An array whose elements are worked out when they are first asked for: of initial weights, often only shapes are. */
export function onDemand(shape: Shape, dtype: DType, make: () => TypedArray): NdArray {
  let made: TypedArray | undefined;
  return {
    get data() {
      made ??= make();
      return made;
    },
    shape,
    dtype,
  };
}

/** Element conversion: to `bool` by ≠ 0, to `int32` towards zero and no further than its ends. */
export function convert(data: TypedArray, dtype: DType): TypedArray {
  const out = allocate(dtype, data.length);
  if (dtype === 'bool') for (let i = 0; i < data.length; i++) out[i] = data[i] === 0 ? 0 : 1;
  else if (dtype === 'int32') for (let i = 0; i < data.length; i++) out[i] = toInt32(data[i]!);
  else out.set(data);
  return out;
}

function read(values: TypedArray | SmallIntegers | Nested): NdArray {
  if (isTypedArray(values)) return { data: values, shape: [values.length], dtype: dtypeOf(values) };
  if (isSmallIntegers(values))
    return { data: Int32Array.from(values), shape: [values.length], dtype: 'int32' };
  const shape: number[] = [];
  for (let level: Nested = values; Array.isArray(level); level = level[0] as Nested) {
    shape.push(level.length);
    if (level.length === 0) break;
  }
  const flat: (number | boolean)[] = [];
  flatten(values, shape, [], flat);
  const dtype = flat.length > 0 && flat.every((value) => typeof value === 'boolean') ? 'bool' : 'float64';
  const data = allocate(dtype, flat.length);
  for (let i = 0; i < flat.length; i++) data[i] = Number(flat[i]);
  return { data, shape, dtype };
}

function dtypeOf(values: TypedArray): DType {
  if (values instanceof Float32Array) return 'float32';
  return values instanceof Float64Array ? 'float64' : 'int32';
}

/** Puts the numbers of nested lists end to end; `place` keeps the indices on the way to where it is. */
function flatten(value: unknown, shape: Shape, place: number[], out: (number | boolean)[]): void {
  const isList = Array.isArray(value);
  if (!isList && typeof value !== 'number' && typeof value !== 'boolean')
    throw misuse(
      `array: expected numbers, got ${called(value)}${place.length > 0 ? ` at [${place.join('][')}]` : ''}`,
    );
  const level = place.length;
  if (isList !== level < shape.length || (isList && value.length !== shape[level]))
    throw misuse(`array: nested lists must all have one length on each level; level ${level} differs`);
  if (isList) {
    for (let i = 0; i < value.length; i++) {
      place.push(i);
      flatten(value[i], shape, place, out);
      place.pop();
    }
  } else out.push(value as number | boolean);
}
