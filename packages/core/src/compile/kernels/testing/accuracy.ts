import fc from 'fast-check';
import type { FloatType } from '../../../tensor/dtype.js';
import type { MathName } from '../../../tensor/record.js';
import type { Tensor } from '../../../tensor/tensor.js';
import { compile } from '../../compile.js';
import type { Native } from '../../host.js';
import { exponentOf, ulpsOff } from './reference.js';
import { compileMath } from './run-math.js';

const between = (min: number, max: number): fc.Arbitrary<number> => fc.double({ min, max, noNaN: true });
/** Any magnitude with these exponents, of either sign. */
const magnitudes = (low: number, high: number): fc.Arbitrary<number> =>
  fc
    .tuple(between(1, 2), fc.integer({ min: low, max: high }), fc.constantFrom(1, -1))
    .map(([m, e, s]) => s * m * 2 ** e);
const angles = fc.oneof(
  between(-10, 10),
  between(-1e6, 1e6),
  magnitudes(-30, 1023),
  fc.integer({ min: 1, max: 1 << 20 }).map((n) => (n * Math.PI) / 2),
);

export type Unary = Exclude<MathName, 'pow' | 'normalCdf'>;

/** Where a function is not for all numbers. */
const DOMAIN: Partial<Record<Unary, (x: number) => boolean>> = { log1pUnit: (x) => x >= 0 && x <= 1 };

/** Arguments to try, and the largest errors found, in ulps: in half a million float64 numbers and 116 million or more float32 numbers. */
export const MEASURED: Record<Unary, { x: fc.Arbitrary<number>; float64: number; float32: number }> = {
  exp: { x: fc.oneof(between(-2, 2), between(-745, 709.7)), float64: 0.96, float32: 0.96 },
  expm1: {
    x: fc.oneof(between(-1, 1), magnitudes(-60, 5), between(-40, 709.7)),
    float64: 2.12,
    float32: 1.5,
  },
  log: {
    x: fc.oneof(between(0.3, 3), magnitudes(-1022, 1023).map(Math.abs)),
    float64: 0.85,
    float32: 0.81,
  },
  log1p: {
    x: fc.oneof(between(-0.9999, 2), magnitudes(-60, -1), between(2, 1e300)),
    float64: 0.88,
    float32: 0.83,
  },
  log1pUnit: { x: fc.oneof(between(0, 1), magnitudes(-60, -1).map(Math.abs)), float64: 1.3, float32: 1.27 },
  sin: { x: angles, float64: 0.79, float32: 0.57 },
  cos: { x: angles, float64: 0.79, float32: 0.57 },
  tan: { x: angles, float64: 2.21, float32: 0.57 },
  atan: { x: fc.oneof(between(-4, 4), magnitudes(-60, 1023)), float64: 1.83, float32: 1.89 },
  tanh: { x: fc.oneof(between(-2, 2), magnitudes(-60, 4)), float64: 2.34, float32: 1.96 },
  erf: { x: fc.oneof(between(-3, 3), magnitudes(-60, 2)), float64: 1.3, float32: 1.6 },
};

/** The same of operations that are made of these; in float32 in 13 million numbers and their negatives. */
export const COMPOSED = {
  sigmoid: { apply: (x: Tensor) => x.sigmoid(), float64: 1.2, float32: 1.9 },
  softplus: { apply: (x: Tensor) => x.softplus(), float64: 1.34, float32: 2.05 },
} as const;

export const UNARY = Object.keys(MEASURED) as Unary[];
export const POW = { float64: 1.11, float32: 0.51 };

/** Bases and exponents with powers over the whole range of float64. */
const powers = fc
  .tuple(fc.oneof(between(0.1, 10), magnitudes(-1022, 1023).map(Math.abs)), between(-740, 709))
  .filter(([x]) => x !== 1)
  .map(([x, logarithm]) => [x, logarithm / Math.log(x)] as const);

const sample = <T>(arbitrary: fc.Arbitrary<T>): T[] => fc.sample(arbitrary, { numRuns: 2000, seed: 1 });

/** 32,768 float32 numbers, their bits spread evenly over all that there are. */
export const spread = new Float32Array(
  Uint32Array.from({ length: 32_768 }, (_, i) => Math.round((i + 0.5) * 131_072)).buffer,
);

/** The distance in float32 ulps; what is NaN, zero (and of which sign) or infinite must be the same. */
export function ulpsOff32(got: number, truth: number): number {
  const want = Math.fround(truth);
  if (Object.is(got, want)) return 0;
  if (want === 0 || !Number.isFinite(want)) return Number.POSITIVE_INFINITY;
  return Math.abs(got - truth) / 2 ** Math.max(exponentOf(truth) - 23, -149);
}

/** The largest error found in float64, in ulps; in machine code, if some is made. */
export function worstDouble(name: Unary, native?: Native): number {
  const xs = sample(MEASURED[name].x);
  const ys = compileMath(name, 'float64', native)(xs);
  return Math.max(...xs.map((x, i) => ulpsOff(name, [x], ys[i]!)));
}

/** The same in float32, by what float64 makes of the arguments. */
export function worstSingle(name: Unary, native?: Native): number {
  const xs = spread.filter(DOMAIN[name] ?? (() => true));
  const ys = compileMath(name, 'float32', native)(xs);
  const truth = compileMath(name, 'float64')(xs);
  return Math.max(...truth.map((t, i) => ulpsOff32(ys[i]!, t)));
}

/** Where the sigmoid and softplus are neither nearly constant nor nearly a power of e. */
const bends = fc.oneof(between(-2, 2), between(-40, 40), between(-745, 709.7), magnitudes(-60, 9));

/** Float32 numbers of which each is 2⁻¹³ of a power of two from the next, from 2⁻⁶ to 2⁷ and of either sign. */
const dense = new Float32Array(
  Uint32Array.from({ length: 2 * 13 * 8192 }, (_, i) => (i % 2) * 0x80000000 + (121 << 23) + (i >> 1) * 1024)
    .buffer,
);

/** The largest error of an operation, in ulps. */
export function worstOf(name: keyof typeof COMPOSED, dtype: FloatType): number {
  const run = compile(COMPOSED[name].apply);
  if (dtype === 'float64') {
    const xs = sample(bends).filter((x) => Math.abs(x) < 745);
    const ys = run(Float64Array.from(xs)).data;
    return Math.max(...xs.map((x, i) => ulpsOff(name, [x], ys[i]!)));
  }
  return [spread, dense].reduce((worst, xs) => {
    const [ys, truth] = [run(xs).data, run(Float64Array.from(xs)).data];
    return xs.reduce((worst, _, i) => Math.max(worst, ulpsOff32(ys[i]!, truth[i]!)), worst);
  }, 0);
}

/** The largest error of powers, up to the largest that there are. */
export function worstPowerDouble(native?: Native): number {
  const pairs = sample(powers);
  const [xs, ys] = [pairs.map(([x]) => x), pairs.map(([, y]) => y)];
  const results = compileMath('pow', 'float64', native)(xs, ys);
  return Math.max(...pairs.map((pair, i) => ulpsOff('pow', pair, results[i]!)));
}

export function worstPowerSingle(native?: Native): number {
  const pairs = sample(powers).map(([x, y]) => [Math.fround(x), Math.fround(y / 8)] as const);
  const [xs, ys] = [pairs.map(([x]) => x), pairs.map(([, y]) => y)];
  const results = compileMath('pow', 'float32', native)(xs, ys);
  const truth = compileMath('pow', 'float64')(xs, ys);
  return Math.max(...truth.map((t, i) => ulpsOff32(results[i]!, t)));
}
