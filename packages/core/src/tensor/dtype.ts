import { oneOf } from './checks.js';

/**
 * Element types. `bool` holds 0 or 1. float16 exists within programs, as storage only: no array of a user's has it, and
 * no arithmetic.
 */
export type DType = 'float32' | 'float64' | 'int32' | 'bool' | 'float16';

export type FloatType = 'float32' | 'float64';

export type TypedArray = Float32Array | Float64Array | Int32Array;

/** Bytes of one element in memory. A `bool` takes four, so that it lines up with float32 lanes. */
export const BYTES: Record<DType, number> = { float32: 4, float64: 8, int32: 4, bool: 4, float16: 2 };

export const isFloat = (dtype: DType): dtype is FloatType => dtype === 'float32' || dtype === 'float64';

/** What arrays and tensors of a user's may be made of. */
const arrays = oneOf('float32', 'float64', 'int32', 'bool');
export const aDType = { ...arrays, what: `${arrays.what} (float16: precision: 'mixed' of fit)` };

const LOWEST = -(2 ** 31);
const HIGHEST = 2 ** 31 - 1;

/** Towards zero, and to the nearest int32 from beyond; 0 for NaN: WebAssembly's `trunc_sat`. */
export const toInt32 = (x: number): number => Math.trunc(Math.min(Math.max(x, LOWEST), HIGHEST)) || 0;

/** A zero-filled typed array for `length` elements of `dtype`. */
export function allocate(dtype: DType, length: number): TypedArray {
  if (dtype === 'float32' || dtype === 'float16') return new Float32Array(length); // there is no Float16Array everywhere
  if (dtype === 'float64') return new Float64Array(length);
  return new Int32Array(length);
}

/** A view of `length` elements of `dtype` at byte `offset` of `buffer`. */
export function viewOf(dtype: DType, buffer: ArrayBufferLike, offset: number, length: number): TypedArray {
  if (dtype === 'float32') return new Float32Array(buffer, offset, length);
  if (dtype === 'float64') return new Float64Array(buffer, offset, length);
  return new Int32Array(buffer, offset, length);
}
