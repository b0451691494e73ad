import { isTypedArray } from './array.js';
import type { TypedArray } from './dtype.js';

const text = new TextEncoder();

export type Content = string | TypedArray | Int8Array;

/**
 * A short text that tells contents apart: 64 bits of two MurmurHash3 lanes. It finds what was changed by mistake, not what
 * was forged.
 */
export function digest(parts: Iterable<Content>): string {
  let [a, b] = [0x9747b28c, 0x3c6ef372];
  const take = (word: number): void => {
    a = turn(a ^ mixed(word, 0xcc9e2d51, 0x1b873593), 13, 0xe6546b64);
    b = turn(b ^ mixed(word, 0x239b961b, 0xab0e9789), 15, 0x38495ab5);
  };
  for (const part of parts) {
    const words = wordsOf(part);
    take(words.length);
    for (let i = 0; i < words.length; i++) take(words[i]!);
  }
  return [a, b].map((lane) => finished(lane).toString(16).padStart(8, '0')).join('');
}

/** Numbers as they lie in memory, text and small integers as one word for each byte. */
function wordsOf(part: Content): Uint8Array | Int8Array | Int32Array {
  if (typeof part === 'string') return text.encode(part);
  return isTypedArray(part) ? new Int32Array(part.buffer, part.byteOffset, part.byteLength / 4) : part;
}

const rotated = (x: number, by: number): number => (x << by) | (x >>> (32 - by));

const mixed = (word: number, c1: number, c2: number): number =>
  Math.imul(rotated(Math.imul(word, c1), 15), c2);

const turn = (lane: number, by: number, more: number): number => (Math.imul(rotated(lane, by), 5) + more) | 0;

function finished(lane: number): number {
  let x = lane;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}
