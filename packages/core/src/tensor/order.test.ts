import { describe, expect, it } from 'vitest';
import { checkGrads } from '../autodiff/check-grads.js';
import { grad } from '../autodiff/grad.js';
import { compile } from '../compile/compile.js';
import type { Tensor } from './tensor.js';

const rows = [
  [0.3, -1.2, 2.5, 0.9],
  [1.1, 0.2, -0.7, 3.4],
  [-2.1, 1.6, 0.4, -0.5],
];
const list = (x: { data: ArrayLike<number> }): number[] => Array.from(x.data);

describe('cumSum', () => {
  it('sums along any axis, from either end', () => {
    const sums = compile((x: Tensor) => [x.cumSum(), x.cumSum(0), x.cumSum(1, { reverse: true })]);
    const [along, down, back] = sums([
      [1, 2, 3],
      [10, 20, 30],
    ]);
    expect(list(along!)).toEqual([1, 3, 6, 10, 30, 60]);
    expect(list(down!)).toEqual([1, 2, 3, 11, 22, 33]);
    expect(list(back!)).toEqual([6, 5, 3, 60, 50, 30]);
  });

  it('counts truth values', () => {
    expect(list(compile((x: Tensor) => x.gt(0).cumSum())([1, -1, 2, 3]))).toEqual([1, 1, 2, 3]);
  });

  it('keeps the digits of many small float32 numbers', () => {
    const sums = compile((x: Tensor) => x.cumSum())(new Float32Array(100_000).fill(0.1));
    expect(sums.data.at(-1)).toBe(Math.fround(100_000 * Math.fround(0.1)));
  });
});

describe('sort', () => {
  it('sorts along any axis, either way', () => {
    const sorted = compile((x: Tensor) => [x.sort(), x.sort(0), x.sort(-1, { descending: true })]);
    const found = sorted(rows).map(list);
    const columns = [0, 1, 2, 3].map((c) => rows.map((row) => row[c]!).sort((a, b) => a - b));
    expect(found[0]).toEqual(rows.flatMap((row) => [...row].sort((a, b) => a - b)));
    expect(found[1]).toEqual([0, 1, 2].flatMap((r) => columns.map((column) => column[r])));
    expect(found[2]).toEqual(rows.flatMap((row) => [...row].sort((a, b) => b - a)));
  });

  it('keeps ties in order and puts NaN last either way', () => {
    const order = compile((x: Tensor) => [x.argSort(), x.argSort(0, { descending: true })]);
    const found = order([2, Number.NaN, 1, 2, -Infinity, Number.NaN, 1]).map(list);
    expect(found).toEqual([
      [4, 2, 6, 0, 3, 1, 5],
      [0, 3, 2, 6, 4, 1, 5],
    ]);
  });

  it('has a gradient that goes back to where each element was', () => {
    const weighted = (x: Tensor) => x.sort().mul([1, 10, 100, 1000]).sum();
    expect(list(grad(weighted)([0.3, -1.2, 2.5, 0.9]))).toEqual([10, 1, 1000, 100]);
  });

  it('sorts no elements and one', () => {
    const sorted = compile((x: Tensor) => x.sort());
    expect(list(sorted(new Float64Array(0)))).toEqual([]);
    expect(list(sorted([7]))).toEqual([7]);
  });
});

describe('topK', () => {
  it('gives the largest with their places, the largest first', () => {
    const top = compile((x: Tensor) => x.topK(2))(rows);
    expect(list(top.values)).toEqual([2.5, 0.9, 3.4, 1.1, 1.6, 0.4]);
    expect(list(top.indices)).toEqual([2, 3, 3, 0, 1, 2]);
    expect(list(compile((x: Tensor) => x.topK(1, 0).indices)(rows))).toEqual([1, 2, 0, 1]);
  });

  it('takes NaN for the largest, as max and argMax do, and the first of equals', () => {
    const { values, indices } = compile((x: Tensor) => x.topK(4))([1, NaN, 3, NaN, 3]);
    expect(list(values)).toEqual([NaN, NaN, 3, 3]);
    expect(list(indices)).toEqual([1, 3, 2, 4]);
  });

  it('takes no more than there are', () => {
    expect(() => compile((x: Tensor) => x.topK(5).values)(rows)).toThrow(
      'topK: k must be an integer from 0 to 4, the extent of axis 1, got 5',
    );
  });
});

describe('takeAlong', () => {
  it('stays within its line', () => {
    const taken = compile((x: Tensor) => x.takeAlong([[-3], [9], [1]]))(rows);
    expect(list(taken)).toEqual([0.3, 3.4, 1.6]);
  });

  it('refuses an index of other rows', () => {
    expect(() => compile((x: Tensor) => x.takeAlong([[0, 1]]))(rows)).toThrow(
      'takeAlong: index [1,2] and [3,4] may differ on axis 1 only',
    );
  });
});

describe('derivatives of both modes, to second order', () => {
  const curved = (f: (x: Tensor) => Tensor) => (x: Tensor) => f(x).square().mul(f(x).tanh());
  it.each([
    ['sort', (x: Tensor) => x.sort(0)],
    ['topK', (x: Tensor) => x.topK(3).values],
    ['cumSum', (x: Tensor) => x.cumSum(0, { reverse: true })],
  ] as const)('%s', (_, f) => {
    checkGrads(curved(f), [rows]);
  });
});
