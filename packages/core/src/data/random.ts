import type { TypedArray } from '../tensor/dtype.js';
import { misuse } from '../tensor/errors.js';
import { mulHigh, nameWords, philox } from '../tensor/philox.js';
import { normalQuantile } from './normal.js';

const TWO_32 = 2 ** 32;
/** Words made at a time at most; the first are four, then twice as many each time. */
const MOST_WORDS = 256;

/**
 * A stream of random numbers, the same on every engine and platform.
 *
 * Philox 4x32-10 with the seed as key; the counter is (block, index, hash of the name). Streams of different
 * seeds, names or indices do not overlap, so a part of a program can draw from its own stream, and the
 * stream of the k-th epoch can be had without those before it.
 *
 * @param seed an integer from 0 to 2⁵³ − 1
 * @param name what the numbers are for: `'shuffle'`, `'split'`, a parameter's path …
 * @param index an epoch, a step, an attempt: an integer from 0 to 2³² − 1
 * @throws when the seed or the index is out of range
 * @example
 * ```ts
 * import { random } from '@downslope/core';
 * const dice = random(7, 'dice');
 * const roll = 1 + dice.integer(6);
 * const noise = dice.normal();
 * ```
 */
export function random(seed: number, name: string, index = 0): Random {
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw misuse(`seed must be an integer from 0 to 2^53 − 1, got ${seed}`);
  if (!Number.isInteger(index) || index < 0 || index >= TWO_32)
    throw misuse(`random: index must be an integer from 0 to 2^32 − 1, got ${index}`);
  return new Random(seed >>> 0, Math.floor(seed / TWO_32), name, index);
}

/** Made by {@link random}. Each method takes the next numbers of the stream. */
export class Random {
  readonly #key0: number;
  readonly #key1: number;
  readonly #index: number;
  readonly #name0: number;
  readonly #name1: number;
  #words = new Uint32Array(2);
  #block = 0;
  #used = 2;

  constructor(key0: number, key1: number, name: string, index: number) {
    this.#key0 = key0;
    this.#key1 = key1;
    this.#index = index;
    [this.#name0, this.#name1] = nameWords(name);
  }

  /** 32 random bits as an unsigned integer. */
  bits(): number {
    if (this.#used === this.#words.length) this.#refill();
    return this.#words[this.#used++]!;
  }

  #refill(): void {
    const count = Math.min(2 * this.#words.length, MOST_WORDS);
    if (count > this.#words.length) this.#words = new Uint32Array(count);
    this.#used = 0;
    this.#fill(this.#words);
  }

  /** The next whole blocks. */
  #fill(words: Uint32Array): void {
    const [key0, key1, index, name0, name1] = [this.#key0, this.#key1, this.#index, this.#name0, this.#name1];
    let block = this.#block;
    for (let at = 0; at < words.length; at += 4) philox(words, key0, key1, block++, index, name0, name1, at);
    this.#block = block;
  }

  /** Uniform on [0, 1): a multiple of 2⁻⁵³. */
  uniform(): number {
    const high = this.bits() >>> 5;
    const low = this.bits() >>> 6;
    return (high * 2 ** 26 + low) / 2 ** 53;
  }

  /** A standard normal number: the quantile of a uniform one, so one draw always takes two words. */
  normal(): number {
    const first = this.bits();
    return normalOf(first, this.bits());
  }

  /** As many normal numbers as `out` holds, times `scale`: those that as many calls of {@link normal} give, only sooner. */
  normals<Numbers extends TypedArray>(out: Numbers, scale = 1): Numbers {
    let i = 0;
    for (; i < out.length && this.#used < this.#words.length; i++) out[i] = scale * this.normal();
    const words = new Uint32Array(MOST_WORDS);
    const whole = out.length - ((out.length - i) % (MOST_WORDS / 2));
    while (i < whole) {
      this.#fill(words);
      for (let at = 0; at < MOST_WORDS; at += 2) out[i++] = scale * normalOf(words[at]!, words[at + 1]!);
    }
    for (; i < out.length; i++) out[i] = scale * this.normal();
    return out;
  }

  /**
   * Uniform on 0, 1, …, n − 1 without bias, for n from 1 to 2³².
   *
   * The high word of bits × n; the few products whose low word would favour some results are drawn again
   * (D. Lemire: "Fast random integer generation in an interval", 2019).
   */
  integer(n: number): number {
    if (!Number.isInteger(n) || n < 1 || n > TWO_32)
      throw misuse(`random: integer(n) needs n from 1 to 2^32, got ${n}`);
    if (n === TWO_32) return this.bits();
    for (;;) {
      const word = this.bits();
      const low = Math.imul(word, n) >>> 0;
      if (low >= n || low >= TWO_32 % n) return mulHigh(word, n) >>> 0;
    }
  }
}

const normalOf = (first: number, second: number): number =>
  normalQuantile(((first >>> 6) * 2 ** 26 + (second >>> 6) + 0.5) / 2 ** 52);
