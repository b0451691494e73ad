import { describe, expect, it } from 'vitest';
import { philox } from '../tensor/philox.js';
import { random } from './random.js';

const draw = <T>(count: number, next: () => T): T[] => Array.from({ length: count }, next);

describe('random', () => {
  it('gives the numbers it has always given', () => {
    const stream = random(1, 'snapshot');
    expect(draw(3, () => stream.bits())).toMatchInlineSnapshot(`
      [
        2701755261,
        4232621386,
        3550072483,
      ]
    `);
    expect(draw(3, () => stream.uniform())).toMatchInlineSnapshot(`
      [
        0.32555618877534176,
        0.39568031375283164,
        0.7633980453824109,
      ]
    `);
    expect(draw(3, () => stream.normal())).toMatchInlineSnapshot(`
      [
        -0.9630329671555682,
        -0.739144883260462,
        -0.19757768984214802,
      ]
    `);
    expect(draw(8, () => stream.integer(10))).toMatchInlineSnapshot(`
      [
        1,
        3,
        2,
        3,
        4,
        6,
        8,
        7,
      ]
    `);
  });

  it('takes the seed as key and the block and index as counter', () => {
    const seed = 2 ** 40 + 5;
    const words = new Uint32Array(4);
    philox(words, 5, 2 ** 8, 0, 3, 0, 0);
    const stream = random(seed, '', 3);
    expect(draw(4, () => stream.bits())).toEqual([...words]);
  });

  it('gives different streams to different seeds, names and indices', () => {
    const streams = [random(0, 'a'), random(1, 'a'), random(0, 'b'), random(0, 'a', 1), random(0, 'a\0')];
    const first = streams.map((stream) => draw(4, () => stream.bits()).join());
    expect(new Set(first).size).toBe(streams.length);
  });

  it('draws integers evenly, also where a plain remainder would be biased', () => {
    const n = 3 * 2 ** 30; // bits % n would give the lower third twice as often
    const stream = random(11, 'even');
    const counts = [0, 0, 0];
    for (let i = 0; i < 30_000; i++) counts[Math.floor(stream.integer(n) / 2 ** 30)]! += 1;
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(400); // 5 standard deviations
  });

  it('stays in range', () => {
    const stream = random(3, 'range');
    for (let i = 0; i < 1000; i++) {
      const value = stream.integer(7);
      expect(value >= 0 && value < 7 && Number.isInteger(value)).toBe(true);
      const share = stream.uniform();
      expect(share >= 0 && share < 1).toBe(true);
    }
    expect(draw(5, () => stream.integer(1))).toEqual([0, 0, 0, 0, 0]);
  });

  it('draws normal numbers with the moments of the normal distribution', () => {
    const stream = random(5, 'moments');
    const n = 100_000;
    let sum = 0;
    let squares = 0;
    let fourths = 0;
    for (let i = 0; i < n; i++) {
      const x = stream.normal();
      sum += x;
      squares += x * x;
      fourths += x ** 4;
    }
    expect(Math.abs(sum / n)).toBeLessThan(5 / Math.sqrt(n));
    expect(Math.abs(squares / n - 1)).toBeLessThan(5 * Math.sqrt(2 / n));
    expect(Math.abs(fourths / n - 3)).toBeLessThan(5 * Math.sqrt(96 / n));
  });

  it('refuses seeds and ranges that it cannot honour', () => {
    expect(() => random(-1, 'x')).toThrow('seed must be an integer from 0 to 2^53 − 1, got -1');
    expect(() => random(0.5, 'x')).toThrow('got 0.5');
    expect(() => random(0, 'x', -1)).toThrow('index must be');
    expect(() => random(0, 'x').integer(0)).toThrow('needs n from 1');
  });
});

it.each([0, 1, 2, 3, 130, 500])(
  '%d normal numbers at once are those that come one by one, also in mid-stream',
  (count) => {
    const [one, all] = [random(3, 'a', 2), random(3, 'a', 2)];
    for (const stream of [one, all]) for (let i = 0; i < 7; i++) stream.bits();
    const expected = Float64Array.from({ length: count }, () => 2 * one.normal());
    expect(all.normals(new Float64Array(count), 2)).toEqual(expected);
    expect(all.bits()).toBe(one.bits());
  },
);
