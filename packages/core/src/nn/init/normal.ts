import { random } from '../../data/random.js';
import { onDemand } from '../../tensor/array.js';
import { allocate } from '../../tensor/dtype.js';
import { sizeOf } from '../../tensor/shape.js';
import type { Initializer } from './initializer.js';

/**
 * Normal numbers with mean 0 and the same deviation for any shape: for tables whose rows are looked up, not summed.
 *
 * @param deviation the standard deviation (default 1)
 * @example
 * ```ts
 * import { initializers } from '@downslope/core';
 * const table = initializers.normal(0.02)([1000, 64], { seed: 1, name: 'token.w' });
 * ```
 */
export const normal =
  (deviation = 1): Initializer =>
  (shape, { seed, name, dtype = 'float32' }) => {
    const numbers = random(seed, name);
    return onDemand(shape, dtype, () => numbers.normals(allocate(dtype, sizeOf(shape)), deviation));
  };
