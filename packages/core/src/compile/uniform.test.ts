import { describe, expect, it } from 'vitest';
import { random } from '../data/random.js';
import type { FloatType } from '../tensor/dtype.js';
import type { Shape } from '../tensor/shape.js';
import { Tensor } from '../tensor/tensor.js';
import { compile } from './compile.js';

const numbers = (shape: Shape, dtype: FloatType, name: string) =>
  compile(
    (seed: Tensor, step: Tensor) =>
      new Tensor(seed.builder, seed.builder.node('uniform', [seed.node, step.node], { shape, dtype, name })),
  );

describe('uniform numbers of a program', () => {
  it.each([
    [0, 0],
    [7, 3],
    [2 ** 53 - 1, 2 ** 32 - 1],
    [2 ** 32 + 5, 2 ** 31],
  ])('of seed %d and step %d are those that random(seed, name, step) draws', (seed, step) => {
    const size = 75;
    const doubles = random(seed, 'noise', step);
    const found = numbers([size], 'float64', 'noise')(seed, step).data;
    expect([...found]).toEqual(Array.from({ length: size }, () => doubles.uniform()));
    const words = random(seed, 'noise', step);
    const singles = numbers([5, 15], 'float32', 'noise')(seed, step).data;
    expect([...singles]).toEqual(Array.from({ length: size }, () => (words.bits() >>> 8) / 2 ** 24));
  });

  it.each(['float32', 'float64'] as const)('fill [0, 1) evenly in %s', (dtype) => {
    const size = 2 ** 18;
    const bins = new Float64Array(64);
    for (const value of numbers([size], dtype, 'even')(1, 1).data) {
      expect(value).toBeLessThan(1);
      bins[Math.floor(64 * value)]! += 1;
    }
    // χ² with 63 degrees of freedom exceeds 104 once in a thousand seeds.
    const expected = size / 64;
    expect(bins.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)).toBeLessThan(104);
  });

  it('are written nowhere but in their own array', () => {
    const beside = compile((seed: Tensor, step: Tensor) => {
      const node = (name: string, extent: number) =>
        seed.builder.node('uniform', [seed.node, step.node], { shape: [extent], dtype: 'float32', name });
      return [1, 15, 16, 17, 33].map((extent) => new Tensor(seed.builder, node('a', extent)));
    });
    const longest = beside(4, 2).map(({ data }) => [...data]);
    for (const line of longest) expect(line).toEqual(longest[4]!.slice(0, line.length));
  });
});
