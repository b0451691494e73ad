import { describe, expect, it } from 'vitest';
import type { NdArray } from '../tensor/array.js';
import type { Tensor } from '../tensor/tensor.js';
import { traced } from '../tensor/testing/traced.js';
import { fuse } from './fuse.js';
import { productsOfRows } from './products-of-rows.js';
import { reads } from './schedule.js';
import { simplify } from './simplify.js';
import { expectCompiledAsInterpreted } from './testing/agree.js';
import { halvedNative } from './testing/halved.js';
import { holdRandomBatches, picksRows } from './testing/random-batches.js';
import { randomPrograms } from './testing/random-graphs.js';

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
    const values = [wave(120, 288, 1.7), beyond, wave(288, 32, 0.7)];
    const forms: ((table: Tensor) => Tensor)[] = [
      (table) => table.slice([0, 0], [20, 288]),
      (table) => table.reshape([60, 576]).reshape([20, 6, 288]).slice([0], [12]).reshape([72, 288]),
      (table) => table.reshape([30, 1152]).slice([0, 0], [9, 1152]).reshape([36, 288]),
    ];
    for (const form of forms) {
      const graph = traced((table, at, w) => form(table).gather(at).matmul(w), ...values);
      expect(picksRows(graph)).toBe(true);
      expectCompiledAsInterpreted(graph, values, {}, engine);
    }
  });

  it('take a copy of elements that a matrix of indices picks, and of one of many matrices', () => {
    const picks = (shape: number[], rows: number): NdArray => ({
      data: Int32Array.from(
        { length: shape.reduce((a, b) => a * b, 1) },
        (_, i) => ((i * 37) % (rows + 4)) - 2,
      ),
      shape,
      dtype: 'int32',
    });
    const [vector, matrices] = [
      { ...wave(100, 1, 1.1), shape: [100] },
      { ...wave(40, 256, 1.1), shape: [4, 10, 256] },
    ];
    for (const [table, at] of [
      [vector, picks([10, 256], 100)],
      [matrices, { ...picks([], 4), data: Int32Array.of(3) }],
    ] as const) {
      const values = [table, at, wave(256, 32, 0.7)];
      const graph = traced((table, at, w) => table.gather(at).matmul(w), ...values);
      expectCompiledAsInterpreted(graph, values, { float32: 1e-4 }, engine);
    }
  });

  it('read a table before it is renewed: then it is not, row by row, where it lies', () => {
    const f = (table: Tensor, at: Tensor, w: Tensor, u: Tensor): Tensor[] => {
      const gradient = u.mul(2).scatterAdd(at, 100);
      const rows = table.gather(at);
      const moved = table.sub(gradient.mul(0.5));
      return [moved, rows.matmul(w.mul(gradient.square().mean()))];
    };
    const values = [wave(100, 288, 1.7), beyond, wave(288, 32, 0.7), wave(64, 288, 2.3)];
    const graph = traced(f, ...values);
    expect(picksRows(graph)).toBe(true);
    expectCompiledAsInterpreted(graph, values, { float32: 2e-4 }, { ...engine, renewed: { 0: 0 } });
  });

  const count = randomPrograms(60);
  it.each(['float32', 'float64'] as const)(
    `${count} random programs with batches, in vectors of 256 bits, equal interpreted ones in %s`,
    { timeout: 900_000 },
    (dtype) => {
      expect(holdRandomBatches(dtype, { name: '256 bits', ...engine }, count)).toBeGreaterThan(count / 4);
    },
  );
});
