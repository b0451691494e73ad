import { misuse } from '../tensor/errors.js';
import { type Random, random } from './random.js';

/**
 * The order in which an epoch visits the rows: a random permutation of 0, 1, …, count − 1.
 *
 * A pure function of its arguments, the same on every platform: the order of epoch 7 does not need those of
 * epochs 0 to 6.
 *
 * @param count how many rows, at most 2³¹ − 1
 * @param options `seed`; `epoch`, counted from 0; `name` for a stream of its own (default `'shuffle'`)
 * @example
 * ```ts
 * import { permutation } from '@downslope/core';
 * permutation(5, { seed: 1, epoch: 0 }); // Int32Array of 0 … 4, shuffled
 * ```
 */
export function permutation(
  count: number,
  options: { seed: number; epoch?: number; name?: string },
): Int32Array {
  if (!Number.isInteger(count) || count < 0 || count >= 2 ** 31)
    throw misuse(`permutation: count must be an integer from 0 to 2^31 − 1, got ${count}`);
  const order = new Int32Array(count);
  for (let i = 0; i < count; i++) order[i] = i;
  return shuffle(order, random(options.seed, options.name ?? 'shuffle', options.epoch));
}

/** Fisher–Yates, in place: every order is equally likely. */
export function shuffle(values: Int32Array, stream: Random): Int32Array {
  for (let i = values.length - 1; i > 0; i--) {
    const j = stream.integer(i + 1);
    const held = values[i]!;
    values[i] = values[j]!;
    values[j] = held;
  }
  return values;
}
