import { describe, expect, it } from 'vitest';
import type { Tensor } from '../../tensor/tensor.js';
import { compile } from '../compile.js';
import {
  MEASURED,
  POW,
  spread,
  UNARY,
  ulpsOff32,
  worstDouble,
  worstPowerDouble,
  worstPowerSingle,
  worstSingle,
} from './testing/accuracy.js';

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

  it.each([
    ['sigmoid', (x: Tensor) => x.sigmoid(), 2],
    ['softplus', (x: Tensor) => x.softplus(), 2.1],
  ] as const)('%s is within %3$d ulp', (_, f, limit) => {
    const run = compile(f);
    const truth = run(Float64Array.from(spread)).data;
    const worst = Math.max(...run(spread).data.map((y, i) => ulpsOff32(y, truth[i]!)));
    expect(worst).toBeLessThanOrEqual(limit);
  });

  it('Φ is within 1.5e-7, and 1e-5 of it down to −4', () => {
    const run = compile((x: Tensor) => x.apply('normalCdf'));
    const truth = run(Float64Array.from(spread)).data;
    run(spread).data.forEach((y, i) => {
      const want = truth[i]!;
      const near = Number.isNaN(want)
        ? Object.is(y, want)
        : Math.abs(y - want) <= Math.min(1.5e-7, Math.max(1e-5 * want, 3e-10));
      if (!near) expect([spread[i], y]).toEqual([spread[i], want]);
    });
  });

  it('Φ and GELU are what they come near to at ±∞ and far out, and NaN where there is no number', () => {
    const ends = [Number.POSITIVE_INFINITY, 3e38, 40, -40, -3e38, Number.NEGATIVE_INFINITY, Number.NaN];
    const values = (f: (x: Tensor) => Tensor): number[] => [...compile(f)(Float32Array.from(ends)).data];
    expect(values((x) => x.apply('normalCdf'))).toEqual([1, 1, 1, 0, 0, 0, Number.NaN]);
    const gelu = values((x) => x.gelu().abs());
    expect(gelu).toEqual([Number.POSITIVE_INFINITY, Math.fround(3e38), 40, 0, 0, Number.NaN, Number.NaN]);
  });
});
