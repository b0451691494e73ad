import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compile } from '../compile/compile.js';
import { readSafetensors } from '../data/safetensors.js';
import { roundHalf } from './half.js';
import type { Tensor } from './tensor.js';

/** All numbers that float16 has, as a file's bytes say. */
function everyHalf(): Float32Array {
  const header = JSON.stringify({ x: { dtype: 'F16', shape: [65536], data_offsets: [0, 131072] } });
  const bytes = new Uint8Array(8 + header.length + 131072);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(header.length), true);
  bytes.set(new TextEncoder().encode(header), 8);
  for (let bits = 0; bits < 65536; bits++) view.setUint16(8 + header.length + 2 * bits, bits, true);
  return readSafetensors(bytes).tensors.x!.data as Float32Array;
}

const differing = (got: ArrayLike<number>, wanted: Float32Array): [number, number][] =>
  [...wanted].flatMap((value, i) => (Object.is(got[i], value) ? [] : [[got[i]!, value]]));

describe('float16', () => {
  it('takes the nearest, halves to even', () => {
    const cases = [
      [2049, 2048],
      [2051, 2052],
      [65519.9, 65504],
      [65520, Number.POSITIVE_INFINITY],
      [-1e9, Number.NEGATIVE_INFINITY],
      [2 ** -25, 0],
      [1.0001 * 2 ** -25, 2 ** -24],
      [3 * 2 ** -25, 2 * 2 ** -24],
      [-0, -0],
      [1 / 3, 0.333251953125],
    ] as const;
    for (const [x, nearest] of cases) expect(roundHalf(x)).toBe(nearest);
    expect(roundHalf(Number.NaN)).toBeNaN();
  });

  it('is off by at most 2⁻¹¹ of a normal number', () => {
    fc.assert(
      fc.property(fc.double({ min: 2 ** -14, max: 65504, noNaN: true }), (x) => {
        expect(Math.abs(roundHalf(x) - x)).toBeLessThanOrEqual(x * 2 ** -11);
      }),
    );
  });

  // Turned round in between, the numbers are stored as float16 by one loop and read by another, of vectors or of scalars.
  const through = (shape: number[], order: number[]) =>
    compile((x: Tensor) => x.reshape(shape).apply('toHalf').transpose(order).apply('fromHalf'));
  it.each([
    ['vectors', [65536], [0]],
    ['vectors that are read as scalars', [256, 256], [1, 0]],
    ['scalars', [65536, 1], [1, 0]],
  ])('has 65,536 numbers that memory keeps, and what lies between them is rounded: %s', (_, shape, order) => {
    const numbers = everyHalf();
    const between = numbers.map((x, i) => x * (1 + ((i * 7919) % 1021) / 2 ** 20));
    const turned = (x: Float32Array) =>
      shape.length === 2 && shape[1] === 256 ? x.map((_, i) => x[(i % 256) * 256 + Math.floor(i / 256)]!) : x;
    const run = through(shape, order);
    expect(differing(run(numbers).data, turned(numbers))).toEqual([]);
    expect(differing(run(between).data, turned(between.map(roundHalf)))).toEqual([]);
  });

  it('may be read at every second place', () => {
    const f = compile((x: Tensor) => x.apply('toHalf').slice([1], [], [2]).apply('fromHalf'));
    const x = Float32Array.from({ length: 40 }, (_, i) => i / 3);
    expect([...f(x).data]).toEqual([...x].filter((_, i) => i % 2 === 1).map(roundHalf));
  });

  it('stands still along a loop, too', () => {
    const f = compile((x: Tensor) => x.apply('toHalf').transpose().apply('fromHalf').sum(0));
    const x = {
      data: Float32Array.from({ length: 12 }, (_, i) => i / 3),
      shape: [3, 4],
      dtype: 'float32',
    } as const;
    const wanted = [0, 1, 2].map((row) =>
      [0, 1, 2, 3].reduce((sum, column) => sum + roundHalf(Math.fround((4 * row + column) / 3)), 0),
    );
    expect([...f(x).data]).toEqual(wanted);
  });
});
