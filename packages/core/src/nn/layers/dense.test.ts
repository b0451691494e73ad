import { describe, expect, it } from 'vitest';
import { checkGrads } from '../../autodiff/check-grads.js';
import { compile } from '../../compile/compile.js';
import type { Tensor } from '../../tensor/tensor.js';
import { constant } from '../init/constant.js';
import { type DenseParams, dense } from './dense.js';

describe('dense', () => {
  const layer = dense({ inputs: 2, outputs: 3 });
  const params = {
    w: [
      [1, 2, 3],
      [4, 5, 6],
    ],
    b: [10, 20, 30],
  };

  it('gives x·w + b', () => {
    const y = compile(layer.apply)(params, [
      [1, 0],
      [1, -1],
    ]);
    expect(y.shape).toEqual([2, 3]);
    expect([...y.data]).toEqual([11, 22, 33, 7, 17, 27]);
  });

  it('leaves axes before the last alone', () => {
    const y = compile(layer.apply)(params, [[[1, 0]], [[1, -1]]]);
    expect(y.shape).toEqual([2, 1, 3]);
    expect([...compile(layer.apply)(params, [1, -1]).data]).toEqual([7, 17, 27]);
  });

  it('has the derivatives that its differences say', () => {
    checkGrads((p: DenseParams, x: Tensor) => layer.apply(p, x).tanh(), [params, [[0.1, -0.05]]]);
  });

  it('starts with weights as asked and biases of zero', () => {
    const { w, b } = dense({ inputs: 2, outputs: 3, init: constant(0.5) }).init({
      seed: 0,
      dtype: 'float64',
    });
    expect(w).toEqual({ data: new Float64Array(6).fill(0.5), shape: [2, 3], dtype: 'float64' });
    expect(b).toEqual({ data: new Float64Array(3), shape: [3], dtype: 'float64' });
  });

  it('may go without a bias', () => {
    const plain = dense({ inputs: 2, outputs: 1, bias: false });
    expect(Object.keys(plain.init({ seed: 0, dtype: 'float32' }))).toEqual(['w']);
    expect([...compile(plain.apply)({ w: [[2], [3]] }, [[1, 1]]).data]).toEqual([5]);
  });

  it('refuses what does not fit', () => {
    expect(() => dense({ inputs: 0, outputs: 1 })).toThrow('inputs must be a positive integer, got 0');
    expect(() => dense({ inputs: 1, outputs: 1.5 })).toThrow('outputs must be a positive integer, got 1.5');
    expect(() => compile(layer.apply)(params, [[1, 2, 3]])).toThrow(
      'dense: made for 2 inputs, got x of shape [1,3]',
    );
  });
});
