import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apportion } from './apportion.js';

const SHARES = [0.7, 0.15, 0.15];

describe('apportion', () => {
  it.each([
    [100, SHARES, [70, 15, 15]],
    [10, SHARES, [7, 2, 1]],
    [5, SHARES, [3, 1, 1]],
    [4, SHARES, [2, 1, 1]],
    [3, SHARES, [1, 1, 1]],
    [2, SHARES, [1, 1, 0]],
    [1, SHARES, [1, 0, 0]],
    [0, SHARES, [0, 0, 0]],
    [20, [0.98, 0.01, 0.01], [18, 1, 1]],
    [5, [0.7, 0, 0.3], [4, 0, 1]],
    [7, [1, 0, 0], [7, 0, 0]],
  ])('%d by %j', (count, shares, expected) => {
    expect(apportion(count, shares)).toEqual(expected);
  });

  it('gives out everything, within one of each share unless a part would have none', () => {
    fc.assert(
      fc.property(
        fc.nat(2000),
        fc.integer({ min: 0, max: 40 }),
        fc.integer({ min: 0, max: 40 }),
        (count, v, t) => {
          const shares = [1 - v / 100 - t / 100, v / 100, t / 100];
          const given = apportion(count, shares);
          expect(given.reduce((sum, amount) => sum + amount)).toBe(count);
          for (const [part, amount] of given.entries()) {
            if (shares[part] === 0) expect(amount).toBe(0);
            else expect(Math.abs(amount - shares[part]! * count)).toBeLessThan(count > 100 ? 1.001 : 2.001);
          }
        },
      ),
    );
  });
});
