import { describe, expect, it } from 'vitest';
import type { FloatType } from '../../tensor/dtype.js';
import type { MathName } from '../../tensor/record.js';
import { halvedNative } from '../testing/halved.js';
import { WasmModule } from '../wasm.js';
import { MathLibrary } from './math.js';
import { compileMath } from './testing/run-math.js';

type Unary = Exclude<MathName, 'pow' | 'log1pUnit' | 'normalCdf'>;

const DTYPES: FloatType[] = ['float64', 'float32'];
const UNARY: Unary[] = ['exp', 'expm1', 'log', 'log1p', 'sin', 'cos', 'tan', 'atan', 'tanh', 'erf'];
const SPECIAL = [0, -0, Infinity, -Infinity, NaN];
/** The smallest subnormal number and the smallest normal one. */
const SMALL = { float64: [2 ** -1074, 2 ** -1022], float32: [2 ** -149, 2 ** -126] };
const LARGEST = { float64: Number.MAX_VALUE, float32: (2 - 2 ** -23) * 2 ** 127 };

const roundTo = (dtype: FloatType, x: number): number => (dtype === 'float32' ? Math.fround(x) : x);

/** Good at the ends of the number range, where erf x is x·2/√π or ±1. */
function exact(name: Unary, x: number): number {
  if (name !== 'erf') return Math[name](x);
  return Math.abs(x) > 6 ? Math.sign(x) : x + x * (2 / Math.sqrt(Math.PI) - 1);
}

/** The same number and the same sign of zero, or no further away than `ulps`. */
function isClose(dtype: FloatType, got: number, want: number, ulps: number): boolean {
  const epsilon = dtype === 'float32' ? 2 ** -23 : 2 ** -52;
  return Object.is(got, want) || Math.abs(got / want - 1) <= ulps * epsilon;
}

describe.each(DTYPES)('the elementary functions in %s', (dtype) => {
  const ends = [...SMALL[dtype], LARGEST[dtype]];
  const xs = [...SPECIAL, ...ends, ...ends.map((x) => -x)];

  it.each(UNARY)('%s is right at zeros, infinities, NaN and both ends of the number range', (name) => {
    const ys = compileMath(name, dtype)(xs);
    const wrong = xs.filter((x, i) => !isClose(dtype, ys[i]!, roundTo(dtype, exact(name, x)), 2));
    expect(wrong).toEqual([]);
  });
});

describe.each(DTYPES)('log1pUnit in %s', (dtype) => {
  it('is right at 0, at 1, at the smallest numbers and for NaN', () => {
    const xs = [0, ...SMALL[dtype], 1, NaN];
    const ys = compileMath('log1pUnit', dtype)(xs);
    expect(xs.filter((x, i) => !isClose(dtype, ys[i]!, roundTo(dtype, Math.log1p(x)), 1))).toEqual([]);
  });
});

describe('exp at the ends of its range', () => {
  it('overflows and underflows where float64 does, by way of subnormal numbers', () => {
    const xs = [709.782712893384, 709.7827128933841, -745.1332191019411, -745.1332191019412, -708.5];
    const [largest, over, smallest, under, subnormal] = compileMath('exp', 'float64')(xs);
    expect([largest! < Infinity, over, smallest, under]).toEqual([true, Infinity, 2 ** -1074, 0]);
    expect(Math.abs(subnormal! - Math.exp(-708.5))).toBeLessThanOrEqual(2 ** -1074);
  });

  it('overflows and underflows where float32 does', () => {
    const xs = [88.72283172607422, 88.72283935546875, -103.97207641601562, -103.97208404541016];
    const [largest, over, smallest, under] = compileMath('exp', 'float32')(xs);
    expect([largest! < Infinity, over, smallest, under]).toEqual([true, Infinity, 2 ** -149, 0]);
  });
});

describe.each(DTYPES)('pow in %s', (dtype) => {
  const numbers = [
    ...SPECIAL,
    1,
    -1,
    2,
    -2,
    0.5,
    -0.5,
    3,
    -3,
    -8,
    1 / 3,
    1e30,
    -1e30,
    1e-30,
    2 ** 24 + 2,
    2 ** 23 + 1,
  ];
  const bases = [...numbers, ...SMALL[dtype], LARGEST[dtype], -LARGEST[dtype], 1 + 2 ** -20].map((x) =>
    roundTo(dtype, x),
  );
  const pairs = bases.flatMap((x) => bases.map((y) => ({ x, y })));

  it("is JavaScript's for every pair of special numbers, sign of zero included", () => {
    const powers = compileMath('pow', dtype)(
      pairs.map(({ x }) => x),
      pairs.map(({ y }) => y),
    );
    // Math.pow of V8 is off by some hundred ulps far out; where it is exact, so are we.
    const wrong = pairs.filter(({ x, y }, i) => !isClose(dtype, powers[i]!, roundTo(dtype, x ** y), 500));
    expect(wrong).toEqual([]);
  });
});

describe.each(DTYPES)('vectors of 256 bits of %s', (dtype) => {
  // Large angles among them, which are reduced lane by lane.
  const xs = Array.from({ length: 1000 }, (_, i) => roundTo(dtype, (-1.19) ** (i % 200) * (i / 400)));
  const inUnit = xs.map((x) => roundTo(dtype, Math.abs(x) % 1));
  const bits = (values: ArrayLike<number>): number[] => Array.from(values);

  it.each([...UNARY, 'log1pUnit'] as const)('give the same bits as those of 128: %s', (name) => {
    const args = name === 'log1pUnit' ? inUnit : xs;
    const wanted = bits(compileMath(name, dtype)(args));
    expect(bits(compileMath(name, dtype, halvedNative)(args))).toEqual(wanted);
  });

  it('give the same bits as those of 128: pow', () => {
    const exponents = xs.map((_, i) => roundTo(dtype, i / 77 - 6));
    const wanted = bits(compileMath('pow', dtype)(xs, exponents));
    expect(bits(compileMath('pow', dtype, halvedNative)(xs, exponents))).toEqual(wanted);
  });
});

describe('MathLibrary', () => {
  it('writes a function into the module once, and only when asked for', () => {
    const module = new WasmModule();
    const library = new MathLibrary(module);
    const empty = module.encode().length;
    const sin = library.get('sin', 'float32');
    const written = module.encode().length;
    expect(library.get('sin', 'float32')).toBe(sin);
    expect(module.encode().length).toBe(written);
    expect(empty).toBe(8);
  });

  it('gives valid modules of under 25 KB with every function in them', () => {
    const module = new WasmModule();
    const library = new MathLibrary(module);
    for (const dtype of DTYPES) for (const name of [...UNARY, 'pow'] as const) library.get(name, dtype);
    const bytes = module.encode();
    expect(WebAssembly.validate(bytes)).toBe(true);
    expect(bytes.length).toBeLessThan(25_000);
  });
});
