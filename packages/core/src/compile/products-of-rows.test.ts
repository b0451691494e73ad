import { describe, expect, it } from 'vitest';
import type { NdArray } from '../tensor/array.js';
import type { Tensor } from '../tensor/tensor.js';
import { traced } from '../tensor/testing/traced.js';
import { fuse, reads } from './fuse.js';
import { productsOfRows } from './products-of-rows.js';
import { simplify } from './simplify.js';
import { expectCompiledAsInterpreted } from './testing/agree.js';
import { halvedNative } from './testing/halved.js';

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

  const wave = (rows: number, columns: number, pitch: number): NdArray => ({
    ...matrix(rows, columns),
    data: Float32Array.from({ length: rows * columns }, (_, i) => Math.sin(pitch * i + 0.3)),
  });
  /** Some are beyond both ends of the table. */
  const beyond: NdArray = { ...index, data: Int32Array.from({ length: 64 }, (_, i) => ((i * 37) % 104) - 2) };
  const engine = { host: { native: { ...halvedNative, from: 0 } } };

  it('hold them within the table that is meant, whatever array it is a part or another form of', () => {
    const values = [wave(120, 48, 1.7), beyond, wave(48, 32, 0.7)];
    const forms: ((table: Tensor) => Tensor)[] = [
      (table) => table.slice([0, 0], [20, 48]),
      (table) => table.reshape([60, 96]).reshape([20, 6, 48]).slice([0], [12]).reshape([72, 48]),
      (table) => table.reshape([30, 192]).slice([0, 0], [9, 192]).reshape([36, 48]),
    ];
    for (const form of forms) {
      const graph = traced((table, at, w) => form(table).gather(at).matmul(w), ...values);
      expectCompiledAsInterpreted(graph, values, {}, engine);
    }
  });

  it('read a table before it is renewed: then it is not, row by row, where it lies', () => {
    const f = (table: Tensor, at: Tensor, w: Tensor, u: Tensor): Tensor[] => {
      const gradient = u.mul(2).scatterAdd(at, 100);
      const rows = table.gather(at);
      const moved = table.sub(gradient.mul(0.5));
      return [moved, rows.matmul(w.mul(gradient.square().mean()))];
    };
    const values = [wave(100, 48, 1.7), beyond, wave(48, 32, 0.7), wave(64, 48, 2.3)];
    expectCompiledAsInterpreted(
      traced(f, ...values),
      values,
      { float32: 2e-4 },
      { ...engine, renewed: { 0: 0 } },
    );
  });
});
