import { describe, expect, it } from 'vitest';
import { grad } from '../autodiff/grad.js';
import { compile } from '../compile/compile.js';
import { interpret } from '../compile/interpret.js';
import { array, type Nested } from './array.js';
import type { Tensor } from './tensor.js';
import { traced } from './testing/traced.js';

describe('array', () => {
  it.each<[string, unknown, string]>([
    ['a missing number', [1, null, 3], 'array: expected numbers, got null at [1]'],
    [
      'text',
      [
        [1, 2],
        [3, 'abc'],
      ],
      'array: expected numbers, got "abc" at [1][1]',
    ],
    ['a hole', [1, undefined], 'array: expected numbers, got undefined at [1]'],
    ['a Map', new Map([['a', 1]]), 'array: expected numbers, got a Map'],
    ['numbers too large for int32', Uint32Array.of(1, 2), 'array: expected numbers, got a Uint32Array'],
    ['big integers', BigInt64Array.of(1n), 'array: expected numbers, got a BigInt64Array'],
    ['ragged lists', [[1, 2], [3]], 'array: nested lists must all have one length on each level'],
  ])('refuses %s and says where', (_, value, message) => {
    expect(() => array(value as Nested)).toThrow(message);
  });

  it('takes booleans among numbers as numbers, and alone as bool', () => {
    expect(array([true, 2])).toMatchObject({ data: Float64Array.of(1, 2), dtype: 'float64' });
    expect(array([true, false])).toMatchObject({ data: Int32Array.of(1, 0), dtype: 'bool' });
  });

  it.each([Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array])(
    'takes %o as int32',
    (Type) => {
      expect(array(Type.of(1, 2, 3))).toEqual({ data: Int32Array.of(1, 2, 3), shape: [3], dtype: 'int32' });
      expect(compile((x: Tensor) => x.sum())(Type.of(1, 2, 3)).data[0]).toBe(6);
    },
  );

  it('takes [] as an array without elements', () => {
    expect(array([])).toMatchObject({ shape: [0], dtype: 'float64' });
    expect(compile((x: Tensor) => x.sum())([]).data[0]).toBe(0);
    expect(compile((x: Tensor) => x.gather([]))([1, 2]).shape).toEqual([0]);
  });

  it('converts to int32 towards zero, no further than its ends', () => {
    const values = [1.9, -1.9, 3e9, -3e9, Number.NaN, Number.POSITIVE_INFINITY];
    const expected = Int32Array.of(1, -1, 2 ** 31 - 1, -(2 ** 31), 0, 2 ** 31 - 1);
    expect(array(values, { dtype: 'int32' }).data).toEqual(expected);
    const cast = (x: Tensor): Tensor => x.cast('int32');
    expect(compile(cast)(values).data).toEqual(expected);
    expect(interpret(traced(cast, [6]), [array(values)])[0]!.data).toEqual(expected);
  });
});

describe('a plain number beside an int32 tensor', () => {
  it('stays what it is when int32 cannot hold it', () => {
    expect(compile((x: Tensor) => x.lt(3e9))(Int32Array.of(1)).data[0]).toBe(1);
    expect(compile((x: Tensor) => x.maximum(1))(Int32Array.of(0)).dtype).toBe('int32');
  });
});

describe('a tree', () => {
  it('has one array under each name', () => {
    const f = compile((p: { 'a.b': Tensor; a: { b: Tensor } }) => p['a.b'].add(p.a.b));
    expect(() => f({ 'a.b': 1, a: { b: 2 } })).toThrow(
      'two arrays have the name a.b; keys must tell them apart',
    );
  });

  it('is not a list of numbers, which is a vector', () => {
    const f = ([a, b]: readonly [Tensor, Tensor]): Tensor => a.mul(b);
    expect(() => compile(f)([2, 3])).toThrow('[2, 3] is one vector. Name your parameters');
    expect(() => grad(f)([2, 3])).toThrow('[2, 3] is one vector. Name your parameters');
  });

  it('is made of lists and plain objects only', () => {
    const f = compile(({ a }: { a: Tensor }) => a.sum());
    expect(() => f({ a: new Map() as never })).toThrow(
      'a: expected numbers, an array or a tree of them, got a Map',
    );
    expect(() => f({ a: Uint32Array.of(1) as never })).toThrow('got a Uint32Array');
  });
});
