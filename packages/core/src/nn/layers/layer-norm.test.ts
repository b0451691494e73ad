import { expect, it } from 'vitest';
import { checkGrads } from '../../autodiff/check-grads.js';
import { compile } from '../../compile/compile.js';
import type { Tensor } from '../../tensor/tensor.js';
import { type LayerNormParams, layerNorm } from './layer-norm.js';
import { spread } from './testing/spread.js';

const layer = layerNorm({ width: 4 });
const params = { scale: spread([4], 5), b: spread([4], 6) };

it('layerNorm agrees with PyTorch 2.13 in float64', () => {
  const expected = [
    0.185004311226,
    -0.849796062467,
    0.450144440087,
    -0.632308064596,
    0.398107339659,
    -1.0695735005, // row 0 …
    -0.021738185148,
    0.850511972371,
    1.126792446202,
    -0.43346673897,
    1.565672844976,
    0.400327525655,
  ];
  const { data } = compile(layer.apply)(params, spread([2, 3, 4], 1));
  expected.forEach((value, i) => {
    expect(data[i]).toBeCloseTo(value, 10);
  });
});

it('it gives rows of mean 0 and variance 1 at the start, and zeros for equal numbers', () => {
  const { scale, b } = layer.init({ seed: 0, dtype: 'float64' });
  const apply = compile(layer.apply);
  const row = Array.from(apply({ scale, b }, spread([4], 3)).data);
  const mean = row.reduce((sum, x) => sum + x, 0) / 4;
  const variance = row.reduce((sum, x) => sum + x * x, 0) / 4;
  expect(mean).toBeCloseTo(0, 12);
  expect(variance).toBeCloseTo(1, 4);
  expect([...apply({ scale, b }, [7, 7, 7, 7]).data]).toEqual([0, 0, 0, 0]);
});

it('it has the derivatives that its differences say', () => {
  checkGrads((p: LayerNormParams, x: Tensor) => layer.apply(p, x), [params, spread([2, 4], 1)]);
});

it('it refuses another width', () => {
  expect(() => compile(layer.apply)(params, [[1, 2, 3]])).toThrow(
    'layerNorm: made for width 4, got x of shape [1,3]',
  );
});
