import { expect, it } from 'vitest';
import { permutation } from '../data/shuffle.js';
import { permuter } from './permuter.js';

it.each([1, 2, 3, 5, 16, 17, 1000, 70_001])('orders of %i rows are those that permutation gives', (count) => {
  const order = permuter(count);
  for (const seed of [0, 7, 2 ** 32 + 5, Number.MAX_SAFE_INTEGER])
    for (const epoch of [0, 1, 40])
      expect(order(seed, 'shuffle', epoch)).toEqual(permutation(count, { seed, epoch }));
});
