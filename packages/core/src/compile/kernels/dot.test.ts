import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allocate, BYTES, type FloatType } from '../../tensor/dtype.js';
import type { DotShape } from '../dot-shape.js';
import { canFuse } from '../probe.js';
import { halved } from '../testing/halved.js';
import { WasmModule } from '../wasm.js';
import { dotKernel, dotScratch, type Options } from './dot.js';
import { candidates, planDot } from './dot-plan.js';

const PAGE = 65536;
const POISON = 0xff; // Bytes of 0xff are a NaN in both dtypes.
/** The pitch of what c holds at first, where products are added to it. */
const START = 0.7;
const EDGES = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 63, 64, 65];

interface Arrays {
  readonly a: ArrayLike<number>;
  readonly b: ArrayLike<number>;
}

type Last = 'a' | 'b' | 'c';

/** Runs the kernel in poisoned memory whose very last bytes are those of the array `last`. */
function run(
  shape: DotShape,
  { a, b }: Arrays,
  last: Last = 'c',
  options: Options = {},
): { c: Float64Array; intact: boolean } {
  const element = BYTES[shape.dtype];
  const size = { a: a.length * element, b: b.length * element, c: shape.batch * shape.m * shape.n * element };
  const scratch = dotScratch(shape, options);
  const pages = Math.ceil((scratch + size.a + size.b + size.c + 64) / PAGE);
  const memory = new WebAssembly.Memory({ initial: pages });
  const order = [...(['a', 'b', 'c'] as const).filter((name) => name !== last), last];
  const at = { a: 0, b: 0, c: 0 };
  let end = pages * PAGE;
  for (const name of order.reverse()) end = at[name] = end - size[name];
  const all = new Uint8Array(memory.buffer).fill(POISON);
  write(memory, shape.dtype, at.a, a);
  write(memory, shape.dtype, at.b, b);
  if (shape.adds) write(memory, shape.dtype, at.c, wave(size.c / element, START));
  const before = all.slice();

  const module = new WasmModule();
  module.importMemory('host', 'memory', pages);
  module.export('dot', dotKernel(module, shape, options));
  const bytes = options.vector === 32 ? halved(module.encode()) : module.encode();
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { host: { memory } });
  const dot = instance.exports.dot as (a: number, b: number, c: number, scratch: number) => void;
  dot(at.a, at.b, at.c, 0);

  const outside = (i: number): boolean => i >= scratch && (i < at.c || i >= at.c + size.c);
  const intact = all.every((byte, i) => byte === before[i] || !outside(i));
  const c = allocate(shape.dtype, size.c / element);
  new Uint8Array(c.buffer).set(all.subarray(at.c, at.c + size.c));
  return { c: Float64Array.from(c), intact };
}

function write(memory: WebAssembly.Memory, dtype: FloatType, at: number, values: ArrayLike<number>): void {
  const array = allocate(dtype, values.length);
  array.set(values);
  new Uint8Array(memory.buffer, at).set(new Uint8Array(array.buffer));
}

/** The product in float64, and the sum of its terms' sizes, which bounds the rounding error. */
function reference(shape: DotShape, { a, b }: Arrays): { c: number; size: number }[] {
  const { batch, m, n, k, transA, transB } = shape;
  const start = wave(batch * m * n, START);
  const out: { c: number; size: number }[] = [];
  for (let at = 0; at < batch * m * n; at++) {
    const [z, i, j] = [Math.floor(at / (m * n)), Math.floor(at / n) % m, at % n];
    let c = shape.adds ? start[at]! : 0;
    let size = Math.abs(c);
    for (let l = 0; l < k; l++) {
      const left = a[z * m * k + (transA ? l * m + i : i * k + l)]!;
      const right = b[z * k * n + (transB ? j * k + l : l * n + j)]!;
      c += left * right;
      size += Math.abs(left * right);
    }
    out.push({ c, size });
  }
  return out;
}

function wave(length: number, pitch: number): Float64Array {
  return Float64Array.from({ length }, (_, i) => Math.fround(Math.sin(pitch * i + 0.3)));
}

const arraysOf = ({ batch, m, n, k }: DotShape): Arrays => ({
  a: wave(batch * m * k, 1.1),
  b: wave(batch * k * n, 1.7),
});

function expectProduct(shape: DotShape, last?: Last, options?: Options): void {
  const arrays = arraysOf(shape);
  const { c, intact } = run(shape, arrays, last, options);
  const epsilon = shape.dtype === 'float32' ? 2 ** -23 : 2 ** -52;
  const wrong = reference(shape, arrays).findIndex(
    (want, i) => !(Math.abs(c[i]! - want.c) <= epsilon * want.size * 4),
  );
  expect({ shape, wrong, intact }).toEqual({ shape, wrong: -1, intact: true });
}

const shapes = (size: fc.Arbitrary<number>): fc.Arbitrary<DotShape> =>
  fc.record({
    dtype: fc.constantFrom<FloatType>('float32', 'float64'),
    batch: fc.constantFrom(1, 1, 2, 3),
    m: size,
    n: size,
    k: size,
    transA: fc.boolean(),
    transB: fc.boolean(),
    adds: fc.boolean(),
  });

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

describe('dotKernel', () => {
  it('is the matrix product at all edges of tiles, in every form', () => {
    const last = fc.constantFrom<Last>('a', 'b', 'c');
    const property = fc.property(shapes(fc.constantFrom(...EDGES)), last, (shape, last) =>
      expectProduct(shape, last),
    );
    fc.assert(property, { numRuns: 400 });
  });

  it.runIf(canFuse())(
    'is the matrix product with fused multiplication and addition (skipped where the engine has none)',
    () => {
      const property = fc.property(shapes(fc.constantFrom(...EDGES)), (shape) =>
        expectProduct(shape, 'c', { fused: true }),
      );
      fc.assert(property, { numRuns: 200 });
    },
  );

  it('is the matrix product with vectors of 32 bytes, at all edges of tiles', () => {
    const wide = { vector: 32, fused: true } as const;
    const property = fc.property(
      shapes(fc.constantFrom(...EDGES)),
      fc.constantFrom<Last>('a', 'b', 'c'),
      (shape, last) => expectProduct(shape, last, wide),
    );
    fc.assert(property, { numRuns: 100 });
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
          expectProduct(shape, 'c', { vector: 32, fused: true, plan: () => plan });
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
      [130, 258, 512, true, false],
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
    const { c } = run({ ...plain, m: 3, n: 5, k: 0 }, { a: [], b: [] });
    expect(c).toEqual(new Float64Array(15));
  });

  it.each([{ m: 0 }, { n: 0 }, { batch: 0 }])('writes nothing for the empty product %o', (empty) => {
    const shape = { ...plain, m: 4, n: 4, k: 4, ...empty };
    expect(run(shape, arraysOf(shape))).toEqual({ c: new Float64Array(0), intact: true });
  });

  it('keeps a float32 sum of 200,000 terms within 1e-6 of the true one', () => {
    const shape = { ...plain, k: 200_000, m: 2, n: 3, transA: true };
    const arrays = { a: wave(400_000, 1.1).map((x) => x + 2), b: wave(600_000, 1.7).map((x) => x + 2) };
    const exact = { a: arrays.a.map(Math.fround), b: arrays.b.map(Math.fround) };
    const { c } = run(shape, exact);
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
    const { c } = run(shape, { a: spoilt, b });
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
