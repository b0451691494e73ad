import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mulHigh, philox } from './philox.js';

const words = (...hex: string[]) => hex.map((word) => Number.parseInt(word, 16));

/** Known-answer vectors of Random123 1.14, tests/kat_vectors, `philox4x32 10`: counter, key, result. */
const KNOWN = [
  {
    name: 'zeros',
    counter: words('0', '0', '0', '0'),
    key: words('0', '0'),
    result: words('6627e8d5', 'e169c58d', 'bc57ac4c', '9b00dbd8'),
  },
  {
    name: 'ones',
    counter: words('ffffffff', 'ffffffff', 'ffffffff', 'ffffffff'),
    key: words('ffffffff', 'ffffffff'),
    result: words('408f276d', '41c83b0e', 'a20bc7c6', '6d5451fd'),
  },
  {
    name: 'digits of π',
    counter: words('243f6a88', '85a308d3', '13198a2e', '03707344'),
    key: words('a4093822', '299f31d0'),
    result: words('d16cfe09', '94fdcceb', '5001e420', '24126ea1'),
  },
];

describe('philox', () => {
  it.each(KNOWN)('gives the known answer for $name', ({ counter, key, result }) => {
    const out = new Uint32Array(4);
    philox(out, key[0]!, key[1]!, counter[0]!, counter[1]!, counter[2]!, counter[3]!);
    expect([...out]).toEqual(result);
  });

  it('multiplies as 64-bit integers do', () => {
    const word = fc.integer({ min: 0, max: 0xffffffff });
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(mulHigh(a, b) >>> 0).toBe(Number((BigInt(a) * BigInt(b)) >> 32n));
      }),
    );
  });
});
