import { expect, it } from 'vitest';
import { constant, zeros } from './constant.js';

it('constant fills any shape, in either float type', () => {
  const made = constant(0.25)([2, 3], { seed: 0, name: 'b', dtype: 'float64' });
  expect(made).toEqual({ data: new Float64Array(6).fill(0.25), shape: [2, 3], dtype: 'float64' });
  expect(zeros()([2], { seed: 0, name: 'b' })).toEqual({
    data: new Float32Array(2),
    shape: [2],
    dtype: 'float32',
  });
});
