import { describe, expect, it } from 'vitest';
import { checkGrads } from '../autodiff/check-grads.js';
import { compile } from '../compile/compile.js';
import type { Tensor } from './tensor.js';

const run = (f: (x: Tensor) => Tensor, x: unknown): { shape: readonly number[]; data: number[] } => {
  const { data, shape } = compile(f)(x as never);
  return { shape, data: [...data] };
};
const square = [
  [1, 2, 3],
  [4, 5, 6],
  [7, 8, 9],
];

describe('pad', () => {
  it('puts a value around, each axis by its own numbers', () => {
    const around = [
      [1, 0],
      [0, 2],
    ] as const;
    expect(run((x) => x.pad(around), [[1], [2]])).toEqual({
      shape: [3, 3],
      data: [0, 0, 0, 1, 0, 0, 2, 0, 0],
    });
    expect(run((x) => x.pad([[1, 1]], Number.NEGATIVE_INFINITY), [5]).data).toEqual([
      -Infinity,
      5,
      -Infinity,
    ]);
    expect(run((x) => x.pad([[2, 1]], 7), Int32Array.of(5))).toEqual({ shape: [4], data: [7, 7, 5, 7] });
    expect(run((x) => x.pad([[1, 1]], 3), new Float64Array(0)).data).toEqual([3, 3]);
  });

  it('has the right derivatives', () => {
    checkGrads(
      (x: Tensor) =>
        x
          .square()
          .pad([[1, 2]], 4)
          .exp(),
      [[0.3, -0.2]],
    );
  });

  it('wants a pair for each axis', () => {
    expect(() => run((x) => x.pad([[1, 1]]), square)).toThrow(
      'pad: [3,3] needs 2 pairs of integers ≥ 0, got [[1,1]]',
    );
    expect(() => run((x) => x.pad([[1, -1]]), [1])).toThrow('got [[1,-1]]');
  });
});

describe('stack and flatten', () => {
  it('stack adds an axis', () => {
    expect(run((x) => x.stack([x.mul(2), [7, 8]]), [1, 2])).toEqual({
      shape: [3, 2],
      data: [1, 2, 2, 4, 7, 8],
    });
    expect(run((x) => x.stack([x.mul(2)], -1), [1, 2])).toEqual({ shape: [2, 2], data: [1, 2, 2, 4] });
    checkGrads((x: Tensor) => x.stack([x.square()], 1).exp(), [[0.3, -0.2]]);
  });

  it('flatten takes axes away', () => {
    expect(run((x) => x.flatten(), square).shape).toEqual([9]);
    expect(run((x) => x.reshape([1, 3, 3]).flatten(1), square).shape).toEqual([1, 9]);
    expect(run((x) => x.flatten(), 4).shape).toEqual([1]);
  });
});

describe('triangles', () => {
  it('keep what lies on their side of a diagonal', () => {
    expect(run((x) => x.tril(), square).data).toEqual([1, 0, 0, 4, 5, 0, 7, 8, 9]);
    expect(run((x) => x.tril(-1), square).data).toEqual([0, 0, 0, 4, 0, 0, 7, 8, 0]);
    expect(run((x) => x.triu(1), square).data).toEqual([0, 2, 3, 0, 0, 6, 0, 0, 0]);
    expect(run((x) => x.slice([0, 0], [2]).triu(), square).data).toEqual([1, 2, 3, 0, 5, 6]);
    checkGrads((x: Tensor) => x.tril().exp(), [square]);
  });

  it('take matrices', () => {
    expect(() => run((x) => x.tril(), [1])).toThrow('tril takes matrices, got shape [1]');
  });
});
