import { expect, it } from 'vitest';
import { checkGrads } from '../../autodiff/check-grads.js';
import { grad } from '../../autodiff/grad.js';
import { compile } from '../../compile/compile.js';
import { array } from '../../tensor/array.js';
import type { Tensor } from '../../tensor/tensor.js';
import { type EmbeddingParams, embedding } from './embedding.js';

const layer = embedding({ count: 3, width: 2 });
const table = {
  w: [
    [0, 1],
    [2, 3],
    [4, 5],
  ],
};
const index = array(Int32Array.of(2, 0, 2, 2), { shape: [2, 2] });

it('embedding gives the row of each index, whatever the shape of the indices', () => {
  const { data, shape } = compile(layer.apply)(table, index);
  expect(shape).toEqual([2, 2, 2]);
  expect([...data]).toEqual([4, 5, 0, 1, 4, 5, 4, 5]);
});

it('its gradient adds up over an index that comes more than once', () => {
  const loss = (params: EmbeddingParams, x: Tensor): Tensor => layer.apply(params, x).sum();
  expect([...compile(grad(loss))(table, index).w.data]).toEqual([1, 1, 0, 0, 3, 3]);
  checkGrads((params: EmbeddingParams, x: Tensor) => layer.apply(params, x).tanh(), [table, index]);
});

it('its rows start about as long as 1', () => {
  const { w } = embedding({ count: 500, width: 40 }).init({ seed: 1, dtype: 'float64' });
  let squares = 0;
  for (const x of w.data) squares += x * x;
  expect(squares / 500).toBeCloseTo(1, 1);
});

it('it refuses extents that are none, and indices that are not int32', () => {
  expect(() => embedding({ count: 0, width: 2 })).toThrow('count must be a positive integer, got 0');
  expect(() => compile(layer.apply)(table, [0, 1])).toThrow('the index must be int32, got float64');
});
