import { describe, expect, it } from 'vitest';
import { glorot, he, lecun, type ScaledOptions } from './scaled.js';

const options = { seed: 3, name: 'w' };

describe.each([
  ['he', he, 2 / 300],
  ['glorot', glorot, 2 / (300 + 200)],
  ['lecun', lecun, 1 / 300],
] as const)('%s', (_, initializer, variance) => {
  const draw = (more: ScaledOptions): number[] => [...initializer(more)([300, 200], options).data];
  const count = 300 * 200;

  it.each(['normal', 'uniform'] as const)('has the mean and variance it should, %s', (distribution) => {
    const values = draw({ distribution });
    expect(Math.abs(moment(values, 1))).toBeLessThan(4 * Math.sqrt(variance / count));
    // The sample variance spreads by √(2/n) of itself for normal numbers, and by less for uniform ones.
    expect(Math.abs(moment(values, 2) / variance - 1)).toBeLessThan(4 * Math.sqrt(2 / count));
  });

  it('is shaped as its distribution says', () => {
    const kurtosis = (values: number[]): number => moment(values, 4) / moment(values, 2) ** 2;
    expect(kurtosis(draw({}))).toBeCloseTo(3, 1);
    expect(kurtosis(draw({ distribution: 'uniform' }))).toBeCloseTo(1.8, 1);
    const limit = Math.sqrt(3 * variance);
    expect(Math.max(...draw({ distribution: 'uniform' }).map(Math.abs))).toBeLessThanOrEqual(
      Math.fround(limit),
    );
  });

  it('is multiplied by its gain', () => {
    const plain = initializer()([4, 3], { ...options, dtype: 'float64' }).data;
    const tenfold = initializer({ gain: 10 })([4, 3], { ...options, dtype: 'float64' }).data;
    tenfold.forEach((value, i) => {
      expect(value / plain[i]!).toBeCloseTo(10, 12);
    });
  });
});

describe('an initialiser', () => {
  const draw = (seed: number, name: string): number[] => [...he()([4, 3], { seed, name }).data];

  it('gives the same for the same seed and name, and nothing like it for others', () => {
    expect(draw(1, 'a.w')).toEqual(draw(1, 'a.w'));
    expect(draw(1, 'a.w')).not.toEqual(draw(2, 'a.w'));
    expect(draw(1, 'a.w')).not.toEqual(draw(1, 'b.w'));
  });

  it('gives the numbers it has always given', () => {
    const values = (made: { data: ArrayLike<number> }): number[] => Array.from(made.data);
    const double = { ...options, dtype: 'float64' } as const;
    expect(values(he()([2, 2], double))).toMatchInlineSnapshot(`
      [
        -1.025152660293416,
        1.229996831886884,
        0.4589350657656418,
        -0.8470667598254136,
      ]
    `);
    expect(values(glorot({ distribution: 'uniform' })([2, 2], double))).toMatchInlineSnapshot(`
      [
        -0.850841078438443,
        0.9568952597659416,
        0.4332157809733441,
        -0.7385727096821842,
      ]
    `);
    expect(values(lecun()([2, 2], options))).toMatchInlineSnapshot(`
      [
        -0.7248923778533936,
        0.8697391152381897,
        0.32451608777046204,
        -0.598966658115387,
      ]
    `);
  });

  it('in float32 gives the rounded values of float64', () => {
    const single = he()([5, 4], { ...options, dtype: 'float32' });
    const double = he()([5, 4], { ...options, dtype: 'float64' });
    expect(single.data).toEqual(Float32Array.from(double.data));
  });

  it('counts the window of a convolution among the inputs', () => {
    const values = [...lecun()([3, 3, 16, 64], options).data];
    expect(moment(values, 2) * 9 * 16).toBeCloseTo(1, 1);
  });

  it('refuses what is no weight matrix, and distributions it does not know', () => {
    expect(() => he()([5], options)).toThrow('he is for weights of shape [inputs, outputs], got [5]');
    expect(() => glorot({ distribution: 'cauchy' as 'normal' })).toThrow(
      "glorot: distribution must be one of normal, uniform, got 'cauchy'",
    );
  });
});

const moment = (values: readonly number[], power: number): number =>
  values.reduce((sum, value) => sum + value ** power, 0) / values.length;
