import { describe, expect, expectTypeOf, it } from 'vitest';
import { compile } from '../compile/compile.js';
import { type NdArray, zeros } from '../tensor/array.js';
import type { Tensor } from '../tensor/tensor.js';
import { constant } from './init/constant.js';
import { he } from './init/scaled.js';
import { dense } from './layers/dense.js';
import { defineModel, initParts, isWeight, type Model } from './model.js';

const start = { seed: 1, dtype: 'float32' } as const;

describe('a model of one’s own', () => {
  it('has its parameters typed by what init makes', () => {
    const model = defineModel({
      init: ({ dtype }) => ({ offset: zeros([], dtype), inner: { scales: [zeros([2], dtype)] } }),
      apply: ({ offset, inner }, x) => x.mul(inner.scales[0]!).add(offset),
    });
    expectTypeOf(model.init).returns.toEqualTypeOf<{
      readonly offset: NdArray;
      readonly inner: { readonly scales: readonly NdArray[] };
    }>();
    const params = { offset: 3, inner: { scales: [Float64Array.of(2, 4)] } };
    expect([...compile(model.apply)(params, [[1, 1]]).data]).toEqual([5, 7]);
  });

  it('may be an object typed by the tensors that apply takes, and take a tree of inputs', () => {
    const model: Model<{ w: Tensor }, { left: Tensor; right: Tensor }> = {
      init: ({ dtype }) => ({ w: zeros([1], dtype) }),
      apply: ({ w }, { left, right }) => left.sub(right).mul(w),
    };
    expect(model.init(start).w.dtype).toBe('float32');
    expect([...compile(model.apply)({ w: [2] }, { left: [3], right: [1] }).data]).toEqual([4]);
  });
});

describe('initParts', () => {
  const layer = dense({ inputs: 3, outputs: 3, init: he() });
  const block = defineModel({
    init: (options) => initParts({ first: layer, second: layer }, options),
    apply: ({ first, second }, x) => layer.apply(second, layer.apply(first, x)),
  });

  it('starts parts differently, by their paths through any number of levels', () => {
    const { a, b } = initParts({ a: block, b: block }, start);
    const all = [a.first.w, a.second.w, b.first.w, b.second.w].map(({ data }) => data.join());
    expect(new Set(all).size).toBe(4);
    expect(a.second.w).toEqual(he()([3, 3], { ...start, name: 'a.second.w' }));
  });

  it('keeps seed and element type', () => {
    const wide = initParts({ a: layer }, { seed: 2, dtype: 'float64' });
    expect(wide.a.w).toEqual(he()([3, 3], { seed: 2, dtype: 'float64', name: 'a.w' }));
    expect(wide.a.b).toEqual(constant(0)([3], { seed: 2, dtype: 'float64', name: 'a.b' }));
  });
});

it('isWeight tells weights by the last part of their path', () => {
  expect(['w', 'hidden0.w', 'w.b', 'b', 'hidden0.b', 'raw'].filter(isWeight)).toEqual(['w', 'hidden0.w']);
});
