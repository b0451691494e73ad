import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalQuantile } from './normal.js';

/** scipy 1.x `scipy.special.ndtri`. */
const QUANTILES: [p: number, x: number][] = [
  [1e-300, -37.0470962993612],
  [1e-20, -9.262340089798409],
  [1e-10, -6.361340902404056],
  [0.001, -3.090232306167813],
  [0.075, -1.4395314709384563],
  [0.1, -1.2815515655446004],
  [0.3, -0.5244005127080409],
  [0.6, 0.2533471031357997],
  [0.9999999, 5.199337582290661],
];

describe('normalQuantile', () => {
  it.each(QUANTILES)('at %d agrees with scipy', (p, x) => {
    expect(Math.abs(normalQuantile(p) / x - 1)).toBeLessThan(4e-15);
  });

  it('is zero at one half and odd around it', () => {
    expect(normalQuantile(0.5)).toBe(0);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 20 - 1 }), (k) => {
        expect(normalQuantile(k / 2 ** 20)).toBe(-normalQuantile(1 - k / 2 ** 20) + 0);
      }),
    );
  });
});
