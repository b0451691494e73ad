import { describe, expect, it } from 'vitest';
import type { NdArray } from '../tensor/array.js';
import type { Tensor } from '../tensor/tensor.js';
import { traced } from '../tensor/testing/traced.js';
import { fuse } from './fuse.js';
import { expectCompiledAsInterpreted } from './testing/agree.js';
import { halvedNative } from './testing/halved.js';

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

describe.each([
  ['WebAssembly', {}],
  ['vectors of 256 bits', { host: { native: { ...halvedNative, from: 0 } } }],
])('numbers of rows, in %s', (_, engine) => {
  it('wrap round where integers end', () => {
    const [low, high] = [-(2 ** 31), 2 ** 31 - 1];
    const numbers = [
      [high, low, 123456789, 65537, -5, 46341, 1, 0, 7],
      [high, -1, 987654321, 65537, 3, 46341, low, 5, 7],
    ].map((data): NdArray => ({ data: Int32Array.from(data), shape: [9], dtype: 'int32' }));
    const made = (a: Tensor, b: Tensor) => [
      a.add(b),
      a.sub(b),
      a.mul(b),
      a.neg(),
      a.mul(b).sum(),
      a.cumSum(),
    ];
    const graph = traced(made, ...numbers);
    expectCompiledAsInterpreted(graph, numbers, {}, engine);
    const scalar = traced(
      (x) => x.gather(x.constant(Int32Array.of(123456789)).sum().mul(987654321)),
      wave(1.7),
    );
    expectCompiledAsInterpreted(scalar, [wave(1.7)], {}, engine);
  });

  it.each(['float32', 'float64'] as const)('end where integers do, and are 0 for NaN, from %s', (dtype) => {
    const data = [
      3e9,
      -3e9,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      1.5,
      -1.5,
      2 ** 31,
      2,
    ];
    const x = { data: (dtype === 'float32' ? Float32Array : Float64Array).from(data), shape: [9], dtype };
    const graph = traced(
      (u, x) => {
        const at = x.cast('int32');
        const some = u.slice([0, 0], [9, 8]);
        return [at, u.gather(at), u.gather(at.mul(3)).sum(1), some.exp().scatterAdd(at.sub(1), ROWS)];
      },
      wave(1.7),
      x,
    );
    expectCompiledAsInterpreted(graph, [wave(1.7), x], {}, engine);
  });
});

describe('an index that is the beginning of an array', () => {
  const places: NdArray = {
    data: Int32Array.from({ length: 32 }, (_, i) => (i * 5 + 3) % 7),
    shape: [4, 8],
    dtype: 'int32',
  };
  const table: NdArray = {
    data: Int32Array.from({ length: 56 }, (_, i) => i),
    shape: [7, 8],
    dtype: 'int32',
  };
  const beginning = (j: Tensor): Tensor => j.flatten().slice([0], [4]);

  it('is not written over by the loop that picks rows by it', () => {
    const graph = traced((j, t) => t.gather(beginning(j)).add(1), places, table);
    expectCompiledAsInterpreted(graph, [places, table], {}, { renewed: { 0: 0 } });
  });

  it('is not written over by the loop that adds to rows by it', () => {
    const f = (j: Tensor): Tensor[] => {
      const u = j.mul(2).add(1);
      return [u, u.add(j).scatterAdd(beginning(j), 7)];
    };
    expectCompiledAsInterpreted(traced(f, places), [places], {}, { renewed: { 0: 0 } });
  });
});
