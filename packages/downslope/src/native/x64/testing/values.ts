import type { Type } from './signature.js';

const WORDS = [
  0, 1, 2, 31, 32, 33, 63, 64, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 0xffff, 0x1_0000, 0x7fff_0001,
];

const FLOATS = [
  ...[0, 0.3, 0.5, 1, 1.5, 2.5, 3, 1e-45, 1.17549435e-38, 3.4028235e38, 2 ** 23 + 0.5, 2 ** 24 - 1],
  ...[
    2 ** 31,
    2 ** 31 - 128,
    2 ** 31 - 1,
    2 ** 31 - 0.5,
    2 ** 31 + 1,
    2 ** 32,
    2 ** 52 - 0.5,
    2 ** 63,
    2 ** 64,
  ],
  ...[2 ** 63 - 1024, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, Number.POSITIVE_INFINITY],
  Number.NaN,
].flatMap((value) => [value, -value]);

/** Numbers below 2³² that look random, always the same: a multiplicative generator (Marsaglia's xorshift32). */
export function randomWords(seed: number): () => number {
  let x = seed;
  return () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return x >>> 0;
  };
}

/** Writes one number of a type to `at`: one that is special in half the cases. */
export function writeValue(view: DataView, at: number, type: Type, word: () => number): void {
  const pick = <T>(values: readonly T[]): T => values[word() % values.length]!;
  const isSpecial = word() % 2 === 0;
  if (type === 'v128') {
    const lane = pick(['i32', 'i64', 'f32', 'f64'] as const);
    const bytes = lane.endsWith('32') ? 4 : 8;
    for (let i = 0; i < 16; i += bytes) writeValue(view, at + i, lane, word);
  } else if (type === 'f32' && isSpecial) view.setFloat32(at, pick(FLOATS), true);
  else if (type === 'f64' && isSpecial) view.setFloat64(at, pick(FLOATS), true);
  else if (type === 'f64' && word() % 2 === 0)
    view.setFloat64(at, (word() - 2 ** 31) / 2 ** (word() % 40), true);
  else if (type === 'f32' && word() % 2 === 0)
    view.setFloat32(at, (word() - 2 ** 31) / 2 ** (word() % 40), true);
  else {
    view.setUint32(at, isSpecial ? pick(WORDS) : word(), true);
    if (type.endsWith('64')) view.setUint32(at + 4, isSpecial ? pick(WORDS) : word(), true);
  }
}
