import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MathName } from '../../tensor/record.js';
import type { Tensor } from '../../tensor/tensor.js';
import { compile } from '../compile.js';
import { exponentOf, ulpsOff } from './testing/reference.js';
import { compileMath } from './testing/run-math.js';

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

type Unary = Exclude<MathName, 'pow'>;

/** Where a function is not for all numbers. */
const DOMAIN: Partial<Record<Unary, (x: number) => boolean>> = { log1pUnit: (x) => x >= 0 && x <= 1 };

/** Arguments to try, and the largest errors found, in ulps: in half a million float64 numbers and 116 million or more float32 numbers. */
const MEASURED: Record<Unary, { x: fc.Arbitrary<number>; float64: number; float32: number }> = {
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

const names = Object.keys(MEASURED) as Unary[];
const POW = { float64: 1.11, float32: 0.51 };

/** Bases and exponents with powers over the whole range of float64. */
const powers = fc
  .tuple(fc.oneof(between(0.1, 10), magnitudes(-1022, 1023).map(Math.abs)), between(-740, 709))
  .filter(([x]) => x !== 1)
  .map(([x, logarithm]) => [x, logarithm / Math.log(x)] as const);

const sample = <T>(arbitrary: fc.Arbitrary<T>): T[] => fc.sample(arbitrary, { numRuns: 2000, seed: 1 });

describe('float64', () => {
  it.each(names.map((name) => [name, MEASURED[name].float64] as const))(
    '%s is within %d ulp',
    (name, limit) => {
      const xs = sample(MEASURED[name].x);
      const ys = compileMath(name, 'float64')(xs);
      const worst = Math.max(...xs.map((x, i) => ulpsOff(name, [x], ys[i]!)));
      expect(worst).toBeLessThanOrEqual(limit);
    },
  );

  it(`pow is within ${POW.float64} ulp, up to the largest powers`, () => {
    const pairs = sample(powers);
    const [xs, ys] = [pairs.map(([x]) => x), pairs.map(([, y]) => y)];
    const results = compileMath('pow', 'float64')(xs, ys);
    const worst = Math.max(...pairs.map((pair, i) => ulpsOff('pow', pair, results[i]!)));
    expect(worst).toBeLessThanOrEqual(POW.float64);
  });
});

/** 32,768 float32 numbers, their bits spread evenly over all that there are. */
const spread = new Float32Array(
  Uint32Array.from({ length: 32_768 }, (_, i) => Math.round((i + 0.5) * 131_072)).buffer,
);

/** The distance in float32 ulps; what is NaN, zero or infinite must be the same. */
function ulpsOff32(got: number, truth: number): number {
  const want = Math.fround(truth);
  if (Object.is(got, want)) return 0;
  return Math.abs(got - truth) / 2 ** Math.max(exponentOf(truth) - 23, -149);
}

describe('float32', () => {
  it.each(names.map((name) => [name, MEASURED[name].float32] as const))(
    '%s is within %d ulp',
    (name, limit) => {
      const xs = spread.filter(DOMAIN[name] ?? (() => true));
      const ys = compileMath(name, 'float32')(xs);
      const truth = compileMath(name, 'float64')(xs);
      const worst = Math.max(...truth.map((t, i) => ulpsOff32(ys[i]!, t)));
      expect(worst).toBeLessThanOrEqual(limit);
    },
  );

  it(`pow is within ${POW.float32} ulp`, () => {
    const pairs = sample(powers).map(([x, y]) => [Math.fround(x), Math.fround(y / 8)] as const);
    const [xs, ys] = [pairs.map(([x]) => x), pairs.map(([, y]) => y)];
    const results = compileMath('pow', 'float32')(xs, ys);
    const truth = compileMath('pow', 'float64')(xs, ys);
    const worst = Math.max(...truth.map((t, i) => ulpsOff32(results[i]!, t)));
    expect(worst).toBeLessThanOrEqual(POW.float32);
  });

  it.each([
    ['sigmoid', (x: Tensor) => x.sigmoid(), 2],
    ['softplus', (x: Tensor) => x.softplus(), 2.1],
  ] as const)('%s is within %3$d ulp', (_, f, limit) => {
    const run = compile(f);
    const truth = run(Float64Array.from(spread)).data;
    const worst = Math.max(...run(spread).data.map((y, i) => ulpsOff32(y, truth[i]!)));
    expect(worst).toBeLessThanOrEqual(limit);
  });
});
