import type { Host, NdArray, Tensor } from '@downslope/core';
import * as core from '@downslope/core';
import { describe, expect, it } from 'vitest';
import { findBlas } from './blas.js';
import { breakEven } from './calibrate.js';
import { gemmOf } from './gemm.js';

const found = findBlas();

function matrix(shape: readonly number[], dtype: 'float32' | 'float64', seed: number): NdArray {
  const length = shape.reduce((a, b) => a * b, 1);
  const values = Float64Array.from({ length }, (_, i) => Math.sin(i * 1.7 + seed));
  return { data: dtype === 'float32' ? Float32Array.from(values) : values, shape, dtype };
}

describe("the machine's matrix products", () => {
  it.skipIf(!found).each(['float32', 'float64'] as const)(
    'equal ours to rounding in %s, in all transpositions and batches (skipped where there is no BLAS)',
    (dtype) => {
      const host: Host = { blas: { name: 'found', from: () => 0, on: gemmOf(found!.library) } };
      for (const [transA, transB] of [
        [false, false],
        [false, true],
        [true, false],
        [true, true],
      ] as const) {
        const a = matrix(transA ? [2, 40, 17] : [2, 17, 40], dtype, 1);
        const b = matrix(transB ? [2, 23, 40] : [2, 40, 23], dtype, 2);
        const dot = (a: Tensor, b: Tensor): Tensor => a.dot(b, transA, transB);
        const [own, theirs] = [core.compile(dot)(a, b), core.compile(dot, { host })(a, b)];
        own.data.forEach((value, i) => {
          expect(Math.abs(theirs.data[i]! - value)).toBeLessThan(dtype === 'float32' ? 1e-4 : 1e-12);
        });
      }
    },
  );

  it('are not taken when they compute something else', () => {
    const wrong = () => ({ float32: () => {}, float64: () => {} });
    expect(breakEven(wrong, 'float32')).toBe(Number.POSITIVE_INFINITY);
  });
});
