import { describe, expect, it } from 'vitest';
import { compile } from '../../compile/compile.js';
import { absolute } from './absolute.js';
import { binaryCrossEntropy } from './binary-cross-entropy.js';
import { crossEntropy } from './cross-entropy.js';
import { hinge } from './hinge.js';
import { huber } from './huber.js';
import { poisson } from './poisson.js';
import { quantile } from './quantile.js';
import { squared } from './squared.js';
import { valuesOf } from './testing/run.js';

describe('a loss of several outputs', () => {
  it('adds up what each gives alone', () => {
    expect([
      ...valuesOf(
        squared,
        [
          [1, 5],
          [0, 0],
        ],
        [
          [0, 2],
          [3, 4],
        ],
      ).data,
    ]).toEqual([10, 25]);
    expect([...valuesOf(huber(), [[0.5, 3]], [[0, 0]]).data]).toEqual([0.125 + 2.5]);
  });

  it('never pairs one row with the target of another', () => {
    expect(() => valuesOf(squared, [[1], [2]], [1, 2, 3])).toThrow(
      'squared: expected a target for each prediction, got predictions [2,1] and targets [3]',
    );
    expect(() => valuesOf(absolute, [[1, 2, 3]], [[1], [2], [3]])).toThrow(
      'predictions [1,3] and targets [3,1]',
    );
    expect(() => valuesOf(hinge, [[1, 2]], [[1]])).toThrow('predictions [1,2] and targets [1,1]');
  });

  it('may have one number a row, without an axis of its own', () => {
    expect([...valuesOf(absolute, [1, 2], [[3], [5]]).data]).toEqual([2, 3]);
  });
});

describe('a loss', () => {
  it('goes by its name, also one with options', () => {
    expect([squared, crossEntropy, huber(), quantile()].map(({ name }) => name)).toEqual([
      'squared',
      'crossEntropy',
      'huber',
      'quantile',
    ]);
  });

  it('turns predictions into the terms of the target', () => {
    expect([...compile(squared.response)([[2], [-3]]).data]).toEqual([2, -3]);
    expect(compile(poisson.response)([[Math.log(3)]]).data[0]).toBeCloseTo(3, 12);
    expect(compile(binaryCrossEntropy.response)([[Math.log(3)]]).data[0]).toBeCloseTo(0.75, 12);
    const chances = compile(crossEntropy.response)([[0, Math.log(3)]]).data;
    expect(chances[0]).toBeCloseTo(0.25, 12);
    expect(chances[1]).toBeCloseTo(0.75, 12);
  });

  it('refuses options that make no sense', () => {
    expect(() => huber({ delta: 0 })).toThrow('huber: delta must be a positive number, got 0');
    expect(() => quantile({ tau: 1 })).toThrow('quantile: tau must be between 0 and 1, got 1');
  });
});

describe('targets that a loss is not made for', () => {
  it.each([
    ['a negative count', poisson, [[0]], [-1]],
    ['a class of two that is neither 0 nor 1', binaryCrossEntropy, [[0]], [2]],
    ['a class below 0', crossEntropy, [[0, 0]], [-1]],
    ['a class too many', crossEntropy, [[0, 0]], [2]],
    ['a missing class', crossEntropy, [[0, 0]], [Number.NaN]],
    ['a class between two', crossEntropy, [[0, 0]], [0.9]],
    ['a little less than the first class', crossEntropy, [[0, 0]], [-0.5]],
    ['a missing side', hinge, [[0]], [Number.NaN]],
  ])('make the row NaN: %s', (_, loss, prediction, target) => {
    expect(valuesOf(loss, prediction, target).data).toEqual(Float64Array.of(Number.NaN));
  });

  it('of another shape are refused by crossEntropy', () => {
    expect(() => valuesOf(crossEntropy, [[0, 0, 0]], [0, 1])).toThrow(
      'crossEntropy: for predictions [1,3] targets must be classes [1] or probabilities [1,3], got [2]',
    );
    expect(() => valuesOf(crossEntropy, [[0]], [0])).toThrow('for one logit use binaryCrossEntropy');
  });
});
