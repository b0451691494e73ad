// Philox 4x32-10, a counter-based generator: ten rounds of multiply and exchange turn (key, counter) into four
// random words. It has no state, so any word of any stream can be had at any time, in any order, on any thread.
// J. Salmon, M. Moraes, R. Dror, D. Shaw: "Parallel random numbers: as easy as 1, 2, 3", SC 2011.

export const MULTIPLIER0 = 0xd2511f53;
export const MULTIPLIER1 = 0xcd9e8d57;
export const WEYL0 = 0x9e3779b9;
export const WEYL1 = 0xbb67ae85;
export const ROUNDS = 10;

/** The high 32 bits of the 64-bit product of two unsigned 32-bit integers, as a signed integer. */
export function mulHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const low = Math.imul(aLow, bLow);
  const middle = (Math.imul(aHigh, bLow) + (low >>> 16)) | 0; // < 2³², read back unsigned by >>>
  const carry = (Math.imul(aLow, bHigh) + (middle & 0xffff)) | 0;
  return (Math.imul(aHigh, bHigh) + (middle >>> 16) + (carry >>> 16)) | 0;
}

/**
 * Four random 32-bit words: a pure function of a 64-bit key and a 128-bit counter.
 *
 * @param out receives the words at `out[at]` to `out[at + 3]`
 * @param key0 low word of the key; words may be given signed or unsigned
 */
export function philox(
  out: Uint32Array,
  key0: number,
  key1: number,
  counter0: number,
  counter1: number,
  counter2: number,
  counter3: number,
  at = 0,
): void {
  let k0 = key0 | 0;
  let k1 = key1 | 0;
  let c0 = counter0 | 0;
  let c1 = counter1 | 0;
  let c2 = counter2 | 0;
  let c3 = counter3 | 0;
  for (let round = 0; round < ROUNDS; round++) {
    const high0 = mulHigh(MULTIPLIER0, c0);
    const low0 = Math.imul(MULTIPLIER0, c0);
    const high1 = mulHigh(MULTIPLIER1, c2);
    const low1 = Math.imul(MULTIPLIER1, c2);
    c0 = high1 ^ c1 ^ k0;
    c1 = low1;
    c2 = high0 ^ c3 ^ k1;
    c3 = low0;
    k0 = (k0 + WEYL0) | 0;
    k1 = (k1 + WEYL1) | 0;
  }
  out[at] = c0;
  out[at + 1] = c1;
  out[at + 2] = c2;
  out[at + 3] = c3;
}

/** 64 bits of a name: its code units go through Philox four at a time, under the words so far as key. */
export function nameWords(name: string): [number, number] {
  const words = Uint32Array.of(name.length, 0, 0, 0);
  const unit = (i: number) => (i < name.length ? name.charCodeAt(i) : 0);
  for (let i = 0; i < name.length; i += 4)
    philox(words, words[0]!, words[1]!, unit(i), unit(i + 1), unit(i + 2), unit(i + 3));
  return [words[0]!, words[1]!];
}
