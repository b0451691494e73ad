import { describe, expect, it } from 'vitest';
import type { NdArray } from '../tensor/array.js';
import type { Tensor } from '../tensor/tensor.js';
import { traced } from '../tensor/testing/traced.js';
import { fuse } from './fuse.js';
import { expectCompiledAsInterpreted } from './testing/agree.js';

const [COUNT, ROWS] = [40, 6];
const wave = (pitch: number): NdArray => ({
  data: Float32Array.from({ length: COUNT * 8 }, (_, i) => Math.sin(pitch * i + 0.3)),
  shape: [COUNT, 8],
  dtype: 'float32',
});
const index: NdArray = {
  data: Int32Array.from({ length: COUNT }, (_, i) => (i * 7) % 5),
  shape: [COUNT],
  dtype: 'int32',
};
const values = [wave(1.7), wave(2.3), index];

/** Sums of groups, whose numbers a program works out by itself. */
const SUMS: Record<string, (u: Tensor, at: Tensor) => Tensor | Tensor[]> = {
  'that is given': (u, at) => u.scatterAdd(at, ROWS),
  'that is worked out for them alone': (u, at) => u.scatterAdd(at.add(1), ROWS),
  'that is worked out in some steps': (u, at) =>
    u.scatterAdd(at.cast('float32').mul(0.7).floor().cast('int32'), ROWS),
  'that is worked out and read again later': (u, at) => {
    const group = at.add(1);
    const sums = u.scatterAdd(group, ROWS);
    return [sums, sums.gather(group), group.mul(2)];
  },
  'that lies in another order': (u, at) =>
    u.scatterAdd(
      at
        .reshape([COUNT / 2, 2])
        .flip(1)
        .reshape([COUNT]),
      ROWS,
    ),
};

describe('updates are added where they are made, by an index', () => {
  it.each(Object.entries(SUMS))('%s', (_, sum) => {
    const graph = traced((u, v, at) => sum(u.exp().mul(v), at), ...values);
    expectCompiledAsInterpreted(graph, values);
  });

  it('without a kernel of their own', () => {
    const graph = traced((u, v, at) => u.exp().mul(v).scatterAdd(at, ROWS), ...values);
    expect(fuse(graph).kernels.map(({ kind }) => kind)).toEqual(['loop']);
  });
});
