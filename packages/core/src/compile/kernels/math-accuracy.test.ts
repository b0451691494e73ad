import { describe, expect, it } from 'vitest';
import type { Tensor } from '../../tensor/tensor.js';
import { compile } from '../compile.js';
import {
  COMPOSED,
  MEASURED,
  POW,
  UNARY,
  worstDouble,
  worstOf,
  worstPowerDouble,
  worstPowerSingle,
  worstSingle,
} from './testing/accuracy.js';
import { trueValue } from './testing/reference.js';

describe('float64', () => {
  it.each(UNARY.map((name) => [name, MEASURED[name].float64] as const))(
    '%s is within %d ulp',
    (name, limit) => {
      expect(worstDouble(name)).toBeLessThanOrEqual(limit);
    },
  );

  it(`pow is within ${POW.float64} ulp, up to the largest powers`, () => {
    expect(worstPowerDouble()).toBeLessThanOrEqual(POW.float64);
  });
});

describe('float32', () => {
  it.each(UNARY.map((name) => [name, MEASURED[name].float32] as const))(
    '%s is within %d ulp',
    (name, limit) => {
      expect(worstSingle(name)).toBeLessThanOrEqual(limit);
    },
  );

  it(`pow is within ${POW.float32} ulp`, () => {
    expect(worstPowerSingle()).toBeLessThanOrEqual(POW.float32);
  });
});

const OPERATIONS = Object.keys(COMPOSED) as (keyof typeof COMPOSED)[];

describe.each(['float64', 'float32'] as const)('operations in %s', (dtype) => {
  for (const name of OPERATIONS) {
    const limit = COMPOSED[name][dtype];
    it(`${name} is within ${limit} ulp`, () => {
      expect(worstOf(name, dtype)).toBeLessThanOrEqual(limit);
    });
  }

  it('the sigmoid and softplus are right at zeros, the smallest numbers, ±∞ and NaN', () => {
    const tiny = dtype === 'float64' ? 2 ** -1074 : 2 ** -149;
    const Values = dtype === 'float64' ? Float64Array : Float32Array;
    const xs = Values.of(0, -0, tiny, -tiny, 3 * tiny, -3 * tiny, Infinity, -Infinity, NaN);
    const values = (name: keyof typeof COMPOSED) => Array.from(compile(COMPOSED[name].apply)(xs).data);
    // toEqual tells 0 from −0.
    expect(values('sigmoid')).toEqual([...Array(6).fill(0.5), 1, 0, NaN]);
    const ln2 = Values.of(Math.LN2)[0]!;
    const softplus = values('softplus');
    const ulp = dtype === 'float64' ? 2 ** -53 : 2 ** -24;
    for (const value of softplus.slice(0, 6)) expect(Math.abs(value - ln2)).toBeLessThanOrEqual(ulp);
    expect(softplus.slice(6)).toEqual([Infinity, 0, NaN]);
  });
});

/**
 * How near Φ and x·Φ come: absolutely, and relative to them down to `from`. In float64 Φ is (1 + erf)/2, which loses
 * what is small, as PyTorch's does; in float32 the tail is a function of its own.
 */
const NEAR = {
  float64: { absolute: 2.3e-16, relative: 3e-12, from: -4 },
  float32: { absolute: 1.5e-7, relative: 1e-5, from: -12 },
} as const;

/** Closest where Φ bends, and out to where float32's is 0. */
const around = Float32Array.from({ length: 1000 }, (_, i) => Math.sinh((i - 500) / 150) * 1.1);
const truths = (name: 'normalCdf' | 'gelu'): number[] => Array.from(around, (x) => trueValue(name, x));
const TRUTH = { normalCdf: truths('normalCdf'), gelu: truths('gelu') };

describe.each(['float64', 'float32'] as const)('in %s', (dtype) => {
  const { absolute, relative, from } = NEAR[dtype];
  const bounds = `${absolute}·max(1, |x|), and within ${relative} of itself down to x = ${from}`;

  it.each(['normalCdf', 'gelu'] as const)(`%s is within ${bounds}`, (name) => {
    const x = dtype === 'float64' ? Float64Array.from(around) : around;
    const ys = compile((x: Tensor) => x.apply(name))(x).data;
    const wrong = [...around].flatMap((x, i) => {
      const truth = TRUTH[name][i]!;
      const error = Math.abs(ys[i]! - truth);
      const near = error <= absolute * Math.max(1, Math.abs(x));
      return near && (x < from || error <= relative * Math.abs(truth)) ? [] : [[x, ys[i], truth]];
    });
    expect(wrong).toEqual([]);
  });

  it('Φ and GELU are what they come near to at ±∞ and far out, and NaN where there is no number', () => {
    const ends = [Infinity, 3e38, 40, -40, -3e38, -Infinity, NaN];
    const Values = dtype === 'float64' ? Float64Array : Float32Array;
    const values = (f: (x: Tensor) => Tensor): number[] => Array.from(compile(f)(Values.from(ends)).data);
    expect(values((x) => x.apply('normalCdf'))).toEqual([1, 1, 1, 0, 0, 0, NaN]);
    // −∞·Φ(−∞) = −∞·0, as in PyTorch.
    const gelu = values((x) => x.gelu().abs());
    expect(gelu).toEqual([Infinity, Values.of(3e38)[0], 40, 0, 0, NaN, NaN]);
  });
});
