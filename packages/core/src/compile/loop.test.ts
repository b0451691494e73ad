import { describe, expect, it } from 'vitest';
import type { NdArray } from '../tensor/array.js';
import { allocate, type FloatType } from '../tensor/dtype.js';
import { type Shape, sizeOf } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { traced } from '../tensor/testing/traced.js';
import { fuse } from './fuse.js';
import { nestOf, pointsOf } from './nest.js';
import { expectCompiledAsInterpreted } from './testing/agree.js';
import { halvedNative } from './testing/halved.js';

const EXTENTS = [1, 2, 3, 4, 5, 7, 8, 9, 63, 64, 65];

function values(shape: Shape, dtype: FloatType): NdArray {
  const data = allocate(dtype, sizeOf(shape));
  for (let i = 0; i < data.length; i++) data[i] = Math.sin(1.7 * i + 0.3);
  return { data, shape, dtype };
}

/** The nest of a function's first loop. */
function nest(f: (x: Tensor) => Tensor | Tensor[], shape: Shape) {
  const [kernel] = fuse(traced(f, { shape, dtype: 'float32' })).kernels;
  if (kernel?.kind !== 'loop') throw new Error('no loop comes first');
  return nestOf(pointsOf(kernel));
}

/** What folds pairs, rows of pairs and a few groups, or takes every second element. */
const LOOPS: Record<string, (x: Tensor) => Tensor | Tensor[]> = {
  'the largest and the sum of neighbours': (x) => [
    x.windows(1, 2, { stride: 2 }).max(2),
    x.reshape([-1, 2]).sum(1),
  ],
  'the largest of neighbours, and which it is': (x) => {
    const pairs = x.reshape([-1, 2]);
    return [
      pairs.max(1),
      pairs
        .eq(pairs.max(1, { keepDims: true }))
        .cast('float32')
        .sum(1),
    ];
  },
  'the largest and the sum of two rows': (x) => {
    const rows = x.reshape([3, 2, -1]);
    return [rows.max(1), rows.sum(1), rows.exp().sum(1)];
  },
  'a value for each row beside their sum': (x) => {
    const rows = x.reshape([2, 3, -1]).square();
    return [rows, rows.sum(1)];
  },
  'a sum of six rows': (x) => x.sum(0),
  'the share of a gradient for each of a pair, as of pooling': (x) => {
    const pairs = x.reshape([-1, 2]);
    const largest = pairs.max(1, { keepDims: true });
    const ties = pairs.eq(largest).cast(x.dtype);
    return [
      ties,
      ties.sum(1),
      ties.div(ties.sum(1, { keepDims: true })).mul(largest),
      pairs.gt(largest.mul(0.5)),
    ];
  },
  'windows of three at every second place': (x) => x.reshape([3, -1]).windows(1, 3, { stride: 2 }).max(2),
  'every second element, from the first or the second on': (x) => {
    const [, columns] = x.shape as [number, number];
    const some = (from: number): Tensor => x.slice([0, from], [6, columns], [1, 2]);
    return [some(0).exp(), some(1).mul(2), some(0).sum(), some(1).sum(1)];
  },
};

describe('short folds and every second element', () => {
  for (const [name, f] of Object.entries(LOOPS))
    it.each(EXTENTS)(`are as interpreted: ${name}, for extents of %i`, (extent) => {
      for (const dtype of ['float32', 'float64'] as const) {
        const x = values([6, 2 * extent], dtype);
        expectCompiledAsInterpreted(traced(f, x), [x], { float64: 1e-13 });
        expectCompiledAsInterpreted(
          traced(f, x),
          [x],
          { float64: 1e-13 },
          { host: { native: halvedNative } },
        );
      }
    });

  it('come in vectors, with running values in registers', () => {
    const pairs = nest((x) => x.reshape([-1, 2]).max(1), [6, 40]);
    expect(pairs).toMatchObject({ extents: [120], turns: 2, width: 4, inRegisters: true });
    const rows = nest((x) => x.reshape([3, 2, 40]).sum(1), [6, 40]);
    expect(rows).toMatchObject({ extents: [3, 40], turns: 2, width: 4, inRegisters: true });
    const ties = nest(
      (x) => x.reshape([6, 20, 2]).mul(x.slice([0, 0], [6, 20]).reshape([6, 20, 1])),
      [6, 40],
    );
    expect(ties).toMatchObject({ extents: [6, 20], turns: 2, width: 4 });
    const second = nest((x) => x.slice([0, 1], [6, 40], [1, 2]).exp(), [6, 40]);
    expect(second).toMatchObject({ extents: [120], turns: 1, width: 4 });
  });

  it('are loops where they are long', () => {
    expect(nest((x) => x.sum(0), [60, 40])).toMatchObject({ extents: [60, 40], turns: 1 });
  });
});
