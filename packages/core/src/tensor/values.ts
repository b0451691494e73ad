import type { ArrayInput, NdArray } from './array.js';
import type { Tensor } from './tensor.js';

/**
 * What may be handed over where a function of tensors wants `T`: arrays and numbers in place of tensors. Name the parts of
 * a tree: a list of numbers is one vector, not a list of scalars.
 */
export type Values<T> = T extends Tensor
  ? ArrayInput
  : T extends readonly unknown[]
    ? { readonly [K in keyof T]: Values<T[K]> }
    : T extends object
      ? { readonly [K in keyof T]: Values<T[K]> }
      : T;

/** What comes back where a function of tensors gives `T`: arrays in place of tensors. */
export type Results<T> = T extends Tensor
  ? NdArray
  : T extends readonly unknown[]
    ? { [K in keyof T]: Results<T[K]> }
    : T extends object
      ? { [K in keyof T]: Results<T[K]> }
      : T;

/** Something of the form of `V`: a number for a number, an array for an array. */
export type Like<V> = V extends number
  ? number
  : V extends ArrayInput
    ? NdArray
    : V extends object
      ? { [K in keyof V]: Like<V[K]> }
      : V;
