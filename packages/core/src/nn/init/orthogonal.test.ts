import { describe, expect, it } from 'vitest';
import type { NdArray } from '../../tensor/array.js';
import { orthogonal } from './orthogonal.js';

const draw = (shape: number[], seed = 5, gain = 1): NdArray =>
  orthogonal({ gain })(shape, { seed, name: 'w', dtype: 'float64' });

describe('orthogonal', () => {
  it.each([
    [1, 1],
    [6, 6],
    [40, 7],
    [7, 40],
    [1, 9],
  ])('of shape [%i, %i] has orthonormal columns or rows', (rows, columns) => {
    const { data } = draw([rows, columns]);
    const vectors =
      rows >= columns
        ? Array.from({ length: columns }, (_, k) =>
            Array.from({ length: rows }, (_, i) => data[i * columns + k]!),
          )
        : Array.from({ length: rows }, (_, k) =>
            Array.from({ length: columns }, (_, i) => data[k * columns + i]!),
          );
    vectors.forEach((a, i) => {
      vectors.forEach((b, j) => {
        expect(dot(a, b)).toBeCloseTo(i === j ? 1 : 0, 13);
      });
    });
  });

  it('multiplies by its gain, and flattens a window', () => {
    const { data, shape } = draw([3, 3, 2, 5], 1, 2);
    expect(shape).toEqual([3, 3, 2, 5]);
    expect(dot([...data], [...data])).toBeCloseTo(5 * 2 ** 2, 12);
  });

  it('is as likely to turn as to mirror, and to point either way', () => {
    const matrices = Array.from({ length: 400 }, (_, seed) => [...draw([2, 2], seed).data]);
    const share = (holds: (w: number[]) => boolean): number =>
      matrices.filter(holds).length / matrices.length;
    expect(Math.abs(share(([a, b, c, d]) => a! * d! - b! * c! > 0) - 0.5)).toBeLessThan(0.1);
    for (let i = 0; i < 4; i++) expect(Math.abs(share((w) => w[i]! > 0) - 0.5)).toBeLessThan(0.1);
  });

  it('gives the numbers it has always given', () => {
    expect(Array.from(draw([3, 2]).data)).toMatchInlineSnapshot(`
      [
        0.24653150556687953,
        -0.3140150742459597,
        0.6848461654728114,
        0.7258323641426234,
        -0.6857171037681026,
        0.6120146340647699,
      ]
    `);
  });

  it('refuses a vector, and takes an empty matrix', () => {
    expect(() => draw([5])).toThrow('orthogonal is for weights of shape [inputs, outputs], got [5]');
    expect(draw([0, 3]).data.length).toBe(0);
    expect(draw([3, 0]).data.length).toBe(0);
  });
});

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, i) => sum + value * b[i]!, 0);
