import { zeros as filledWithZeros } from '../../tensor/array.js';
import type { Initializer } from './initializer.js';

/** The same number everywhere: for biases and scales. Weights between layers need numbers that differ. */
export const constant =
  (value: number): Initializer =>
  (shape, { dtype = 'float32' }) => {
    const made = filledWithZeros(shape, dtype);
    made.data.fill(value);
    return made;
  };

/** All zero: for biases, and for the weights of a model without hidden layers. */
export const zeros = (): Initializer => constant(0);
