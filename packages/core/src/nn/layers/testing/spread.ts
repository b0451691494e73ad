import { array, type NdArray } from '../../../tensor/array.js';
import { sizeOf } from '../../../tensor/shape.js';

/** sin((i + 1)² + seed): numbers without pattern that any language can make. */
export const spread = (shape: readonly number[], seed: number): NdArray =>
  array(
    Float64Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin((i + 1) ** 2 + seed)),
    { shape },
  );
