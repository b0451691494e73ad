import { expect, it } from 'vitest';
import { normal } from './normal.js';

it('normal has mean 0 and the deviation asked for, whatever the shape', () => {
  const { data, shape } = normal(0.5)([40, 500], { seed: 1, name: 'w', dtype: 'float64' });
  let sum = 0;
  let squares = 0;
  for (const x of data) {
    sum += x;
    squares += x * x;
  }
  expect(shape).toEqual([40, 500]);
  expect(Math.abs(sum / data.length)).toBeLessThan((4 * 0.5) / Math.sqrt(data.length));
  expect(Math.abs(squares / data.length / 0.25 - 1)).toBeLessThan(4 * Math.sqrt(2 / data.length));
  expect(normal()([3], { seed: 1, name: 'w' }).dtype).toBe('float32');
});
