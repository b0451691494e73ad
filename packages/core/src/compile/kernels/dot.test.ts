import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DotShape } from '../dot-shape.js';
import { canFuse } from '../probe.js';
import { halved } from '../testing/halved.js';
import { WasmModule } from '../wasm.js';
import { dotKernel } from './dot.js';
import { dotCut } from './dot-cut.js';
import { candidates, planDot } from './dot-plan.js';
import {
  arraysOf,
  EDGES,
  expectProduct,
  inWebAssembly,
  type Last,
  partial,
  picking,
  reference,
  runProduct,
  shapes,
  type Way,
  wave,
} from './testing/products.js';

/** Vectors of 32 bytes, by two of 16 each. */
const wide: Way = {
  vector: 32,
  fused: true,
  make: (module, memory) => inWebAssembly(halved(module), memory),
};

const plain: DotShape = {
  dtype: 'float32',
  batch: 1,
  m: 1,
  n: 1,
  k: 1,
  transA: false,
  transB: false,
  adds: false,
};

it('a product of nothing is not cut', () => {
  const cutting = { teamed: true, grain: 8, library: false, threads: 2, vector: 32 } as const;
  const full = { ...plain, m: 8, n: 17, k: 5 };
  for (const none of [{ m: 0 }, { n: 0 }, { k: 0 }, { batch: 0 }])
    expect(dotCut({ ...full, ...none }, cutting)).toBeUndefined();
});

describe('dotKernel', () => {
  it('is the matrix product at all edges of tiles, in every form', () => {
    const last = fc.constantFrom<Last>('a', 'b', 'c');
    const property = fc.property(shapes(fc.constantFrom(...EDGES)), last, (shape, last) =>
      expectProduct(shape, { last }),
    );
    fc.assert(property, { numRuns: 400 });
  });

  it.runIf(canFuse())(
    'is the matrix product with fused multiplication and addition (skipped where the engine has none)',
    () => {
      const property = fc.property(shapes(fc.constantFrom(...EDGES)), (shape) =>
        expectProduct(shape, { fused: true }),
      );
      fc.assert(property, { numRuns: 200 });
    },
  );

  it('is the matrix product with vectors of 32 bytes, at all edges of tiles', () => {
    const property = fc.property(
      shapes(fc.constantFrom(...EDGES)),
      fc.constantFrom<Last>('a', 'b', 'c'),
      (shape, last) => expectProduct(shape, { ...wide, last }),
    );
    fc.assert(property, { numRuns: 100 });
  });

  it.each([
    { bytes: 16, way: {} },
    { bytes: 32, way: wide },
  ])(
    'is a part of a larger product, with vectors of $bytes bytes, and keeps what lies between its rows',
    ({ way }) => {
      const property = fc.property(partial(fc.constantFrom(...EDGES)), (shape) => expectProduct(shape, way));
      fc.assert(property, { numRuns: 60 });
    },
  );

  it('is the product of rows that an index picks, with vectors of 32 bytes', () => {
    const property = fc.property(
      picking(fc.constantFrom(...EDGES)),
      fc.constantFrom<Last>('a', 'b', 'c', 'index'),
      (shape, last) => {
        expectProduct(shape, { ...wide, last });
        for (const plan of candidates(shape, 32))
          if (plan.packsA) expectProduct(shape, { ...wide, plan: () => plan });
      },
    );
    fc.assert(property, { numRuns: 30 });
  });

  it('is the matrix product by every plan for vectors of 32 bytes', () => {
    const forms = new Set<string>();
    const sizes = [
      { m: 1, n: 130, k: 33 },
      { m: 13, n: 65, k: 7 },
      { m: 17, n: 31, k: 261 },
    ];
    for (const [i, size] of sizes.entries())
      for (const form of [i, 3]) {
        const dtype = form === i ? 'float64' : 'float32';
        const [transA, transB, adds] = [(form & 1) > 0, (form & 2) > 0, form > 1];
        const shape = { dtype, batch: 1, ...size, transA, transB, adds } as const;
        for (const plan of candidates(shape, 32)) {
          forms.add(`${plan.form} ${plan.packsA} ${plan.packsB}`);
          expectProduct(shape, { ...wide, plan: () => plan });
        }
      }
    expect(forms.size).toBe(4 + 1 + 1);
  });

  it('is the matrix product for small sizes, in every form', () => {
    for (const dtype of ['float32', 'float64'] as const)
      for (const form of [0, 1, 2, 3, 4, 5, 6, 7])
        for (const m of [1, 2, 3, 6])
          for (const n of [1, 2, 3, 5])
            for (const k of [1, 3, 4, 9])
              expectProduct({
                dtype,
                batch: 2,
                m,
                n,
                k,
                transA: (form & 1) > 0,
                transB: (form & 2) > 0,
                adds: (form & 4) > 0,
              });
  });

  it('is the matrix product when k takes several blocks', () => {
    const small = fc.integer({ min: 1, max: 6 });
    const long = fc.integer({ min: 500, max: 1700 });
    const deep = fc.tuple(shapes(small), long).map(([shape, k]) => ({ ...shape, k }));
    fc.assert(
      fc.property(deep, (shape) => expectProduct(shape)),
      { numRuns: 60 },
    );
  });

  it('is the matrix product when rows take several blocks', () => {
    for (const transA of [false, true]) expectProduct({ ...plain, m: 1201, n: 17, k: 301, transA });
    expectProduct({ ...plain, dtype: 'float64', m: 601, n: 11, k: 513, transB: true, adds: true });
  });

  it('is the matrix product at all edges of blocks, packed or not', () => {
    const kinds = new Set<string>();
    for (const [m, n, k, transA, transB] of [
      [63, 255, 511, false, false],
      [64, 256, 512, true, false],
      [65, 257, 513, true, true],
      [130, 1100, 260, true, false],
    ] as const) {
      const shape = { ...plain, dtype: 'float64' as const, m, n, k, transA, transB };
      const { packsA, packsB, product, height, width, depth, columns } = planDot(shape);
      kinds.add(packsA ? 'a packed' : 'a not packed').add(packsB ? 'b packed' : 'b not packed');
      if (height < product.m) kinds.add('blocks of rows');
      if (columns < width && width < product.n) kinds.add('blocks of columns');
      if (depth < k) kinds.add('blocks along k');
      expectProduct(shape);
    }
    expect([...kinds].sort()).toEqual([
      'a not packed',
      'a packed',
      'b packed',
      'blocks along k',
      'blocks of columns',
      'blocks of rows',
    ]);
  });

  it('gives zeros when nothing is summed', () => {
    const { c } = runProduct({ ...plain, m: 3, n: 5, k: 0 }, { a: [], b: [] });
    expect(c).toEqual(new Float64Array(15));
  });

  it.each([{ m: 0 }, { n: 0 }, { batch: 0 }])('writes nothing for the empty product %o', (empty) => {
    const shape = { ...plain, m: 4, n: 4, k: 4, ...empty };
    expect(runProduct(shape, arraysOf(shape))).toEqual({ c: new Float64Array(0), intact: true });
  });

  it('keeps a float32 sum of 200,000 terms within 1e-6 of the true one', () => {
    const shape = { ...plain, k: 200_000, m: 2, n: 3, transA: true };
    const arrays = { a: wave(400_000, 1.1).map((x) => x + 2), b: wave(600_000, 1.7).map((x) => x + 2) };
    const exact = { a: arrays.a.map(Math.fround), b: arrays.b.map(Math.fround) };
    const { c } = runProduct(shape, exact);
    reference(shape, exact).forEach(({ c: want }, i) => {
      expect(Math.abs(c[i]! / want - 1)).toBeLessThan(1e-6);
    });
  });

  it('carries infinities and NaN to the elements that use them, and to no others', () => {
    const shape = { ...plain, m: 6, n: 5, k: 7, transB: true };
    const { a, b } = arraysOf(shape);
    const spoilt = Float64Array.from(a);
    spoilt[0] = Infinity;
    spoilt[3 * 7 + 6] = NaN;
    const { c } = runProduct(shape, { a: spoilt, b });
    const kinds = Array.from({ length: 6 }, (_, i) => Array.from(c.subarray(5 * i, 5 * i + 5)));
    expect(kinds.map((row) => row.every(Number.isFinite))).toEqual([false, true, true, false, true, true]);
    expect(kinds[0]!.some(Number.isNaN)).toBe(false);
  });

  it('stays below 4 KB of code for the shapes of a training step', () => {
    const layers = [
      { m: 32, n: 256, k: 784 },
      { m: 784, n: 256, k: 32, transA: true },
      { m: 32, n: 784, k: 256, transB: true },
      { m: 32, n: 10, k: 256 },
      { m: 256, n: 10, k: 32, transA: true },
      { m: 1_000_000, n: 1, k: 12 },
    ];
    for (const layer of layers) {
      const module = new WasmModule();
      dotKernel(module, { ...plain, ...layer });
      expect(module.encode().length).toBeLessThan(4096);
    }
  });
});
