import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { portableCosPi, portableExp, portableLog, portablePow } from './portable.js';

const within = (got: number, expected: number, relative: number): void =>
  expect(Math.abs(got - expected)).toBeLessThanOrEqual(Math.abs(expected) * relative);

describe('portableLog', () => {
  it('is within one unit in the last place of Math.log', () => {
    fc.assert(
      fc.property(fc.double({ min: 2.3e-308, max: 1.7e308, noNaN: true }), (x) => {
        within(portableLog(x), Math.log(x), 2.3e-16);
      }),
    );
  });

  it('is exact at one', () => {
    expect(portableLog(1)).toBe(0);
  });
});

describe('portableExp', () => {
  it('is within two units in the last place of Math.exp', () => {
    fc.assert(
      fc.property(fc.double({ min: -708, max: 708, noNaN: true }), (x) => {
        within(portableExp(x), Math.exp(x), 4.5e-16);
      }),
    );
  });

  it('is exact at zero', () => {
    expect([portableExp(0), portableExp(-0)]).toEqual([1, 1]);
  });
});

describe('portablePow', () => {
  it('agrees with Math.pow', () => {
    const base = fc.double({ min: 0.01, max: 2, noNaN: true });
    const exponent = fc.double({ min: 0, max: 100, noNaN: true });
    fc.assert(
      fc.property(base, exponent, (x, y) => {
        within(portablePow(x, y), x ** y, 2.3e-16 * (y + 4));
      }),
    );
  });

  it('gives exact results where there are some', () => {
    expect([portablePow(0.3, 0), portablePow(0.3, 1), portablePow(2, 10), portablePow(0.5, 40)]).toEqual([
      1,
      0.3,
      1024,
      2 ** -40,
    ]);
  });
});

describe('portableCosPi', () => {
  it('agrees with Math.cos on a turn, in both directions', () => {
    fc.assert(
      fc.property(fc.double({ min: -2, max: 2, noNaN: true }), (x) => {
        expect(Math.abs(portableCosPi(x) - Math.cos(Math.PI * x))).toBeLessThan(1e-15);
      }),
    );
  });

  it('is exact at multiples of one half', () => {
    expect([0, 0.5, 1, 1.5, 2, -1, 1e6 + 0.5].map(portableCosPi)).toEqual([1, 0, -1, 0, 1, -1, 0]);
  });
});
