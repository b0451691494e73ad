import { describe, expect, it } from 'vitest';
import type { NdArray } from '../tensor/array.js';
import type { Tensor } from '../tensor/tensor.js';
import { traced } from '../tensor/testing/traced.js';
import { fuse, reads } from './fuse.js';
import { productsOfRows } from './products-of-rows.js';
import { simplify } from './simplify.js';

const matrix = (rows: number, columns: number): NdArray => ({
  data: new Float32Array(rows * columns),
  shape: [rows, columns],
  dtype: 'float32',
});
const index: NdArray = { data: new Int32Array(64), shape: [64], dtype: 'int32' };

/** What kernels there are, and what products read. */
function kernelsOf(f: (table: Tensor, index: Tensor, weights: Tensor) => Tensor | Tensor[]): string[] {
  const { kernels } = productsOfRows(fuse(simplify(traced(f, matrix(100, 480), index, matrix(480, 32)))));
  return kernels.map(
    (kernel) => `${kernel.kind} of ${reads(kernel).map(({ base }) => base.shape.join('×'))}`,
  );
}

describe('products of rows that an index picks', () => {
  it('read them from the table', () => {
    const loss = (x: Tensor, w: Tensor): Tensor => x.matmul(w).exp().sum();
    expect(kernelsOf((table, index, w) => loss(table.gather(index), w))).toEqual([
      'dot of 100×480,480×32,64',
      'loop of 64×32',
    ]);
    const both = kernelsOf((table, index, w) => {
      const x = table.gather(index);
      return x.transpose().matmul(x.matmul(w).exp());
    });
    expect(both).toEqual(['dot of 100×480,480×32,64', 'loop of 64×32', 'dot of 100×480,64×32,64']);
  });

  it('read a copy where something else needs one, too', () => {
    const copies = [
      kernelsOf((table, index, w) => [table.gather(index).matmul(w), table.gather(index)]),
      kernelsOf((table, index, w) => {
        const x = table.gather(index);
        return [x.matmul(w), x.add(1)];
      }),
      kernelsOf((table, index) => {
        const x = table.gather(index);
        return x.transpose().matmul(x);
      }),
    ];
    for (const kernels of copies) expect(kernels).toContain('rows of 100×480,64');
  });
});
