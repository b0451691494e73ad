import { describe, expect, expectTypeOf, it } from 'vitest';
import { compile } from '../../compile/compile.js';
import type { NdArray } from '../../tensor/array.js';
import { linear } from './linear.js';

describe('linear', () => {
  it('starts at zero, so that it first predicts zero', () => {
    const model = linear({ inputs: 3, outputs: 2 });
    const params = model.init({ seed: 1, dtype: 'float64' });
    expect(params.w).toEqual({ data: new Float64Array(6), shape: [3, 2], dtype: 'float64' });
    expect(params.b).toEqual({ data: new Float64Array(2), shape: [2], dtype: 'float64' });
    expect([...compile(model.apply)(params, [[1, 2, 3]]).data]).toEqual([0, 0]);
  });

  it('has a bias, unless told otherwise', () => {
    expectTypeOf(linear({ inputs: 1, outputs: 1 }).init)
      .returns.toHaveProperty('b')
      .toEqualTypeOf<NdArray>();
    const plain = linear({ inputs: 1, outputs: 1, bias: false });
    expectTypeOf(plain.init).returns.toHaveProperty('b').toEqualTypeOf<NdArray | undefined>();
    expect(plain.init({ seed: 0, dtype: 'float32' }).b).toBeUndefined();
  });
});
