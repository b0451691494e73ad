import type { Gemm, Host, NdArray, Tensor } from '@downslope/core';
import * as core from '@downslope/core';
import { describe, expect, it } from 'vitest';
import { findBlas } from './blas.js';
import { breakEven } from './calibrate.js';
import { bindGemm, gemmOf } from './gemm.js';
import { machineCode } from './host.js';

const found = findBlas();

function matrix(shape: readonly number[], dtype: 'float32' | 'float64', seed: number): NdArray {
  const length = shape.reduce((a, b) => a * b, 1);
  const values = Float64Array.from({ length }, (_, i) => Math.sin(i * 1.7 + seed));
  return { data: dtype === 'float32' ? Float32Array.from(values) : values, shape, dtype };
}

/** A product as a reference BLAS has it: a row of b at a time, and none where a is zero. */
function plainGemm(values: Float32Array | Float64Array): Gemm {
  const bytes = values.BYTES_PER_ELEMENT;
  return (transA, transB, m, n, k, a, rowA, b, rowB, c, rowC, beta) => {
    for (let i = 0; i < m; i++) {
      const row = c / bytes + i * rowC;
      if (beta === 0) values.fill(0, row, row + n);
      for (let l = 0; l < k; l++) {
        const left = values[a / bytes + (transA ? l * rowA + i : i * rowA + l)]!;
        if (left === 0) continue;
        for (let j = 0; j < n; j++)
          values[row + j]! += left * values[b / bytes + (transB ? j * rowB + l : l * rowB + j)]!;
      }
    }
  };
}

describe("the machine's matrix products", () => {
  it.skipIf(!found).each(['float32', 'float64'] as const)(
    'equal ours to rounding in %s, in all transpositions and batches (skipped where there is no BLAS)',
    (dtype) => {
      const host: Host = { blas: { name: 'found', from: () => 0, on: gemmOf(found!) } };
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

  it.skipIf(!found).each(['float32', 'float64'] as const)(
    'are added in place in %s, with rows apart (skipped where there is no BLAS)',
    (dtype) => {
      const [m, n, k, row] = [9, 11, 10, 13];
      const memory = new WebAssembly.Memory({ initial: 1 });
      const values = dtype === 'float32' ? new Float32Array(memory.buffer) : new Float64Array(memory.buffer);
      const [a, b, c] = [0, 200, 400];
      for (let i = 0; i < 600; i++) values[i] = (i % 7) - 3;
      const expected = Array.from(values.subarray(0, 600));
      for (let i = 0; i < m; i++)
        for (let j = 0; j < n; j++)
          for (let l = 0; l < k; l++)
            expected[c + i * row + j]! += values[a + i * row + l]! * values[b + l * row + j]!;
      const bytes = values.BYTES_PER_ELEMENT;
      const gemm = gemmOf(found!)(memory)[dtype];
      gemm(0, 0, m, n, k, a * bytes, row, b * bytes, row, c * bytes, row, 1);
      expect(Array.from(values.subarray(0, 600))).toEqual(expected);
    },
  );

  it('are asked of a library only by programs that are not machine code: `downslope info` says so', (context) => {
    const native = machineCode();
    context.skip(!native, 'no machine code on this machine');
    let asked = 0;
    const host: Host = {
      native: native!,
      get blas() {
        asked++;
        return undefined;
      },
    };
    const square = (n: number) =>
      core.compile((x: Tensor) => x.dot(x), { host })(matrix([n, n], 'float32', 1));
    const step = (n: number) => {
      const model = core.linear({ inputs: n, outputs: n });
      const options = { loss: core.squared, optimizer: core.sgd({ lr: 0.1 }), host };
      core.compileStep(model, options)({ x: matrix([n, n], 'float32', 1), y: matrix([n, n], 'float32', 2) });
    };
    const asks = (program: () => void): boolean => {
      asked = 0;
      program();
      return asked > 0;
    };
    const { from } = native!;
    const edge = Math.ceil(Math.cbrt(from!));
    expect([edge - 1, edge].map((n) => asks(() => square(n)))).toEqual([true, false]);
    // Two products of n³ in a step, and less than 20·n² elements.
    expect([32, 64].map((n) => [2 * n ** 3 + 20 * n ** 2 < from! / 8, asks(() => step(n))])).toEqual([
      [true, true],
      [false, false],
    ]);
  });

  it('get sizes that a library with 64-bit integers reads rightly too', () => {
    const declared: string[] = [];
    const func = (text: string) => {
      declared.push(text);
      return () => undefined;
    };
    bindGemm({ load: () => ({ func }), address: () => 0n } as never, { library: 'none', spelling: '*' });
    const products = declared.filter((text) => text.includes('gemm'));
    expect(products).toHaveLength(2);
    for (const text of products)
      for (const size of ['m', 'n', 'k', 'lda', 'ldb', 'ldc'])
        expect(text).toMatch(new RegExp(`intptr_t ${size}\\b`));
  });

  it('are timed on numbers other than zero, whose products a reference BLAS leaves out', () => {
    let zeros = 0;
    const on = (memory: WebAssembly.Memory) => {
      const values = new Float32Array(memory.buffer);
      const plain = plainGemm(values);
      const float32: Gemm = (...args) => {
        const [, , m, , k, a, , b] = args;
        if (m > 2)
          for (const start of [a / 4, b / 4])
            zeros += Number(values.subarray(start, start + m * k).includes(0));
        plain(...args);
      };
      return { float32, float64: float32 };
    };
    breakEven(on, 'float32');
    expect(zeros).toBe(0);
  });

  it('are taken though the first call of each size takes long, in which a library sets itself up', () => {
    const met = new Set<number>();
    const on = (memory: WebAssembly.Memory) => {
      const values = new Float32Array(memory.buffer);
      const plain = plainGemm(values);
      const float32: Gemm = (...args) => {
        if (args[2] === 2) plain(...args);
        else if (!met.has(args[2])) for (const end = performance.now() + 5; performance.now() < end; );
        met.add(args[2]);
      };
      return { float32, float64: float32 };
    };
    expect(breakEven(on, 'float32')).toBe(4096);
  });

  it('are not taken when they compute something else', () => {
    const wrong = () => ({ float32: () => {}, float64: () => {} });
    expect(breakEven(wrong, 'float32')).toBe(Number.POSITIVE_INFINITY);
  });
});
