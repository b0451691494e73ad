import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { permutation } from './shuffle.js';

describe('permutation', () => {
  it('gives the orders it has always given', () => {
    expect([...permutation(10, { seed: 0, epoch: 0 })]).toMatchInlineSnapshot(`
      [
        9,
        4,
        7,
        6,
        1,
        0,
        5,
        3,
        8,
        2,
      ]
    `);
    expect([...permutation(10, { seed: 0, epoch: 1 })]).toMatchInlineSnapshot(`
      [
        5,
        2,
        1,
        8,
        7,
        0,
        4,
        6,
        3,
        9,
      ]
    `);
    expect([...permutation(10, { seed: 1, epoch: 0 })]).toMatchInlineSnapshot(`
      [
        2,
        0,
        1,
        8,
        3,
        4,
        7,
        5,
        6,
        9,
      ]
    `);
  });

  it('holds every row once', () => {
    fc.assert(
      fc.property(fc.nat(300), fc.nat(), fc.nat(), (count, seed, epoch) => {
        const sorted = [...permutation(count, { seed, epoch })].sort((a, b) => a - b);
        expect(sorted).toEqual(Array.from({ length: count }, (_, i) => i));
      }),
    );
  });

  it('gives each of the orders of three rows equally often', () => {
    const counts = new Map<string, number>();
    for (let epoch = 0; epoch < 6000; epoch++) {
      const order = permutation(3, { seed: 2, epoch }).join();
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(145); // 5 deviations
  });

  it('refuses a count that is not one', () => {
    expect(() => permutation(-1, { seed: 0 })).toThrow('count must be an integer');
  });
});
