import { describe, expect, it } from 'vitest';
import type { Tensor } from '../tensor/tensor.js';
import { predictor } from './predictor.js';

const model = { apply: ({ w, b }: { w: Tensor; b: Tensor }, x: Tensor): Tensor => x.matmul(w).add(b) };
const params = { w: [[2], [-1]], b: [0.5] };

describe('predictor', () => {
  const predict = predictor(model, params);

  it.each([0, 1, 2, 31, 32, 33, 1024, 1030, 3000])('predicts %i rows, each as it would alone', (rows) => {
    const x = Float64Array.from({ length: rows * 2 }, (_, i) => Math.fround(i * 0.1));
    const { data, shape } = predict({ data: x, shape: [rows, 2], dtype: 'float64' });
    expect(shape).toEqual([rows, 1]);
    for (let row = 0; row < rows; row++)
      expect(data[row]).toBeCloseTo(2 * x[2 * row]! - x[2 * row + 1]! + 0.5, 9);
  });

  it('is not misled by the type or the failure of an earlier call', () => {
    const fresh = predictor(model, params);
    expect(() => fresh([[1, 2, 3]])).toThrow('inner extents differ');
    expect(fresh({ data: Int32Array.of(3, 1), shape: [1, 2], dtype: 'int32' }).data[0]).toBe(5.5);
    expect(fresh([[0.5, 0]]).data[0]).toBe(1.5);
  });

  it('refuses rows of another width', () => {
    expect(() => predict([[1, 2, 3]])).toThrow('expected rows of shape [2], got an array of shape [1,3]');
  });
});
