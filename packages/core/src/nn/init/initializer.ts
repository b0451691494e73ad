import type { NdArray } from '../../tensor/array.js';
import type { FloatType } from '../../tensor/dtype.js';
import { misuse } from '../../tensor/errors.js';
import type { Shape } from '../../tensor/shape.js';

/**
 * Makes the starting values of one parameter: a pure function of its shape, the seed and its name, with the same bits
 * on every engine. In float32 it gives the rounded values of float64.
 *
 * @param shape for weights [inputs, outputs], or [...window, inputs, outputs]
 */
export type Initializer = (
  shape: Shape,
  options: { readonly seed: number; readonly name: string; readonly dtype?: FloatType },
) => NdArray;

export interface Fans {
  /** How many numbers are summed up into one output. */
  readonly fanIn: number;
  /** How many outputs one input goes into. */
  readonly fanOut: number;
}

export function fansOf(initializer: string, shape: Shape): Fans {
  const [inputs, outputs] = lastTwo(initializer, shape);
  const window = shape.slice(0, -2).reduce((product, extent) => product * extent, 1);
  return { fanIn: window * inputs, fanOut: window * outputs };
}

export function lastTwo(initializer: string, shape: Shape): [inputs: number, outputs: number] {
  const [inputs, outputs] = shape.slice(-2);
  if (inputs === undefined || outputs === undefined)
    throw misuse(
      `${initializer} is for weights of shape [inputs, outputs], got [${shape}]; use zeros() or constant() for a vector`,
    );
  return [inputs, outputs];
}
