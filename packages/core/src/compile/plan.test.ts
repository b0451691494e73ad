import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Lifetime, plan } from './plan.js';

const lifetime = fc
  .tuple(fc.nat(200), fc.nat(20), fc.nat(8))
  .map(([bytes, first, length]): Lifetime => ({ bytes, first, last: first + length }));

describe('plan', () => {
  it('never lets two things that live at one time share a byte', () => {
    fc.assert(
      fc.property(fc.array(lifetime, { maxLength: 30 }), (lives) => {
        const { offsets, bytes } = plan(new Map(lives.entries()));
        lives.forEach((a, i) => {
          expect(offsets.get(i)! + a.bytes).toBeLessThanOrEqual(bytes);
          lives.slice(0, i).forEach((b, j) => {
            const together = a.first <= b.last && b.first <= a.last;
            const apart =
              offsets.get(i)! + a.bytes <= offsets.get(j)! || offsets.get(j)! + b.bytes <= offsets.get(i)!;
            expect(!together || apart || a.bytes === 0 || b.bytes === 0).toBe(true);
          });
        });
      }),
    );
  });

  it('takes many lifetimes in seconds, those without bytes at no cost', () => {
    const lives = Array.from({ length: 40_000 }, (_, i) => ({ bytes: 64 * (i % 2), first: i, last: i + 2 }));
    expect(plan(new Map(lives.entries())).bytes).toBe(128);
  });

  it('uses the room of what is no longer needed', () => {
    const chain = new Map([0, 1, 2, 3].map((i) => [i, { bytes: 64, first: i, last: i + 1 }]));
    expect(plan(chain).bytes).toBe(128);
  });
});
