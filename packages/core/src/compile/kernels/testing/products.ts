import fc from 'fast-check';
import { expect } from 'vitest';
import { allocate, BYTES, type FloatType } from '../../../tensor/dtype.js';
import { type DotShape, rowsOf } from '../../dot-shape.js';
import { WasmModule } from '../../wasm.js';
import { dotKernel, dotScratch, type Options } from '../dot.js';

const PAGE = 65536;
const POISON = 0xff; // Bytes of 0xff are a NaN in both dtypes.
/** The pitch of what c holds at first, where products are added to it. */
const START = 0.7;
/** Sizes at which tiles and vectors of any width end, and some beyond. */
export const EDGES = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 63, 64, 65];

export interface Arrays {
  readonly a: ArrayLike<number>;
  readonly b: ArrayLike<number>;
}

/** The array that lies at the very end of memory, where nothing may be read behind it. */
export type Last = 'a' | 'b' | 'c' | 'index';

/** Makes a module's `run` of five whole numbers on a memory. */
export type Make = (
  module: Uint8Array<ArrayBuffer>,
  memory: WebAssembly.Memory,
) => (...numbers: [number, number, number, number, number]) => void;

export const inWebAssembly: Make = (module, memory) => {
  const instance = new WebAssembly.Instance(new WebAssembly.Module(module), { host: { memory } });
  return instance.exports.run as ReturnType<Make>;
};

export interface Way extends Options {
  readonly last?: Last;
  readonly make?: Make;
}

/** Runs the kernel in poisoned memory whose very last bytes are those of one array. */
export function runProduct(
  shape: DotShape,
  { a, b }: Arrays,
  { last = 'c', make = inWebAssembly, ...options }: Way = {},
): { c: Float64Array; intact: boolean } {
  const element = BYTES[shape.dtype];
  const index = indexOf(shape);
  const size = {
    a: a.length * element,
    b: b.length * element,
    c: lengthsOf(shape).c * element,
    index: index.byteLength,
  };
  const scratch = dotScratch(shape, options);
  const pages = Math.ceil((scratch + size.a + size.b + size.c + size.index + 64) / PAGE);
  const memory = new WebAssembly.Memory({ initial: pages });
  const order = [...(['index', 'a', 'b', 'c'] as const).filter((name) => name !== last), last];
  const at = { a: 0, b: 0, c: 0, index: 0 };
  let end = pages * PAGE;
  for (const name of order.reverse()) end = at[name] = (end - size[name]) & -4;
  const all = new Uint8Array(memory.buffer).fill(POISON);
  write(memory, shape.dtype, at.a, a);
  write(memory, shape.dtype, at.b, b);
  new Int32Array(memory.buffer, at.index, index.length).set(index);
  if (shape.adds) write(memory, shape.dtype, at.c, wave(size.c / element, START));
  const before = all.slice();

  const module = new WasmModule();
  module.importMemory('host', 'memory', pages);
  const dot = dotKernel(module, shape, options);
  const five = Array.from({ length: 5 }, () => 'i32' as const);
  const run = module.func(five, [], (f, a, b, c, scratch, index) => {
    f.get(a!).get(b!).get(c!).get(scratch!);
    if (shape.picks !== undefined) f.get(index!);
    f.call(dot);
  });
  module.export('run', run);
  make(module.encode(), memory)(at.a, at.b, at.c, 0, at.index);

  const mine = new Uint8Array(all.length);
  for (const place of placesOfC(shape)) mine.fill(1, at.c + place * element, at.c + (place + 1) * element);
  const intact = all.every((byte, i) => byte === before[i] || i < scratch || mine[i] === 1);
  const c = allocate(shape.dtype, size.c / element);
  new Uint8Array(c.buffer).set(all.subarray(at.c, at.c + size.c));
  return { c: Float64Array.from(placesOfC(shape), (place) => c[place]!), intact };
}

function write(memory: WebAssembly.Memory, dtype: FloatType, at: number, values: ArrayLike<number>): void {
  const array = allocate(dtype, values.length);
  array.set(values);
  new Uint8Array(memory.buffer, at).set(new Uint8Array(array.buffer));
}

/** Rows of a's table in no order, some of them of numbers that there are not. */
function indexOf({ picks, transA, m, k }: DotShape): Int32Array {
  const count = picks === undefined ? 0 : transA ? k : m;
  return Int32Array.from({ length: count }, (_, i) => ((i * 7 + 3) % (picks! + 2)) - 1);
}

/** Elements from the first to the last of each array; no padding follows the last row. */
function lengthsOf(shape: DotShape): { a: number; b: number; c: number } {
  const { batch, m, n, k, transA, transB, picks } = shape;
  const rows = rowsOf(shape);
  const length = (high: number, wide: number, row: number): number =>
    batch === 0 || high === 0 || wide === 0 ? 0 : batch * high * wide + (high - 1) * (row - wide);
  return {
    a: transA ? length(picks ?? k, m, rows.a) : length(picks ?? m, k, rows.a),
    b: transB ? length(n, k, rows.b) : length(k, n, rows.b),
    c: length(m, n, rows.c),
  };
}

function* placesOfC(shape: DotShape): Generator<number> {
  const { batch, m, n } = shape;
  const { c } = rowsOf(shape);
  for (let z = 0; z < batch; z++)
    for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) yield z * m * n + i * c + j;
}

/** The product in float64, and the sum of its terms' sizes, which bounds the rounding error. */
export function reference(shape: DotShape, { a, b }: Arrays): { c: number; size: number }[] {
  const { m, n, k, transA, transB } = shape;
  const rows = rowsOf(shape);
  const start = wave(lengthsOf(shape).c, START);
  const index = indexOf(shape);
  const rowOf = (i: number): number =>
    shape.picks === undefined ? i : Math.max(0, Math.min(shape.picks - 1, index[i]!));
  return Array.from(placesOfC(shape), (place, at) => {
    const [z, i, j] = [Math.floor(at / (m * n)), Math.floor(at / n) % m, at % n];
    let c = shape.adds ? start[place]! : 0;
    let size = Math.abs(c);
    for (let l = 0; l < k; l++) {
      const left = a[z * m * k + (transA ? rowOf(l) * rows.a + i : rowOf(i) * rows.a + l)]!;
      const right = b[z * k * n + (transB ? j * rows.b + l : l * rows.b + j)]!;
      c += left * right;
      size += Math.abs(left * right);
    }
    return { c, size };
  });
}

export function wave(length: number, pitch: number): Float64Array {
  return Float64Array.from({ length }, (_, i) => Math.fround(Math.sin(pitch * i + 0.3)));
}

export function arraysOf(shape: DotShape): Arrays {
  const { a, b } = lengthsOf(shape);
  return { a: wave(a, 1.1), b: wave(b, 1.7) };
}

export function expectProduct(shape: DotShape, way?: Way): void {
  const arrays = arraysOf(shape);
  const { c, intact } = runProduct(shape, arrays, way);
  const epsilon = shape.dtype === 'float32' ? 2 ** -23 : 2 ** -52;
  const wrong = reference(shape, arrays).findIndex(
    (want, i) => !(Math.abs(c[i]! - want.c) <= epsilon * want.size * 4),
  );
  expect({ shape, wrong, intact }).toEqual({ shape, wrong: -1, intact: true });
}

export const shapes = (size: fc.Arbitrary<number>): fc.Arbitrary<DotShape> =>
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

/** Parts of larger products: rows in memory are longer than those that are used. */
export const partial = (size: fc.Arbitrary<number>): fc.Arbitrary<DotShape> =>
  fc.tuple(shapes(size), fc.constantFrom(1, 3, 16)).map(([shape, more]) => {
    const whole = { ...shape, batch: 1 };
    const { a, b, c } = rowsOf(whole);
    return { ...whole, rows: { a: a + more, b: b + more, c: c + more } };
  });

/** Products of rows that an index picks from a table, some of them parts of larger ones. */
export const picking = (size: fc.Arbitrary<number>): fc.Arbitrary<DotShape> =>
  fc.tuple(fc.oneof(shapes(size), partial(size)), fc.integer({ min: 1, max: 40 })).map(([shape, picks]) => ({
    ...shape,
    batch: 1,
    picks,
  }));
