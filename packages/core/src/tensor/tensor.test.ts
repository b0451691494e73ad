import { describe, expect, it } from 'vitest';
import { grad } from '../autodiff/grad.js';
import { interpret } from '../compile/interpret.js';
import { array } from './array.js';
import { print } from './graph.js';
import { ShapeError } from './shape-error.js';
import type { Tensor } from './tensor.js';
import { traced } from './testing/traced.js';

const run = (f: (...xs: Tensor[]) => Tensor, ...values: Parameters<typeof array>[0][]) => {
  const arrays = values.map((value) => array(value));
  const [out] = interpret(traced(f, ...arrays), arrays);
  return { values: [...out!.data], shape: out!.shape, dtype: out!.dtype };
};

describe('broadcasting and element types', () => {
  it('aligns shapes at the last axis', () => {
    expect(run((x, y) => x.add(y), [[1], [2]], [10, 20, 30])).toEqual({
      values: [11, 21, 31, 12, 22, 32],
      shape: [2, 3],
      dtype: 'float64',
    });
  });

  it('lets plain numbers take on the type of the tensor', () => {
    expect(run((x) => x.mul(0.1), Float32Array.of(3)).dtype).toBe('float32');
    expect(run((x) => x.add(1), Int32Array.of(3)).dtype).toBe('int32');
    expect(run((x) => x.add(0.5), Int32Array.of(3))).toMatchObject({ values: [3.5], dtype: 'float32' });
  });

  it('makes float64 scalars give way to float32 arrays, and refuses float64 arrays', () => {
    expect(run((x, rate) => x.mul(rate), Float32Array.of(2), 0.5).dtype).toBe('float32');
    expect(() => run((x, y) => x.mul(y), Float32Array.of(2), Float64Array.of(2))).toThrow(
      /mul: float32 and float64 arrays do not mix; cast one of them/,
    );
  });

  it('takes what numbers behind a condition without floats mean from the arguments', () => {
    const masked = (x: Tensor, mask: Tensor): Tensor => x.mul(mask.where(1, 0.5));
    expect(run(masked, Float64Array.of(2, 4), [true, false])).toMatchObject({
      values: [2, 2],
      dtype: 'float64',
    });
    expect(run(masked, Float32Array.of(2, 4), [true, false]).dtype).toBe('float32');
    expect(run((mask) => mask.where(1, 0), [true, false]).dtype).toBe('float32');
  });

  it('finds the type behind a condition that was joined many times', () => {
    const doubled = (mask: Tensor): Tensor =>
      Array.from({ length: 60 }).reduce((m: Tensor) => m.and(m.not()), mask);
    expect(run((mask) => doubled(mask).where(1, 0), [true]).values).toEqual([0]);
  });

  it('takes what numbers behind a condition mean from what was compared', () => {
    expect(run((x) => x.gt(0).where(1, -1), Float64Array.of(3, -3))).toMatchObject({
      values: [1, -1],
      dtype: 'float64',
    });
  });
});

describe('errors while tracing', () => {
  it('name the op, both shapes and the line that called', () => {
    const wrong = (): unknown => run((x, y) => x.matmul(y), [[1, 2, 3]], [[1], [2]]);
    expect(wrong).toThrow(ShapeError);
    expect(wrong).toThrow(/^dot: inner extents differ: \[1,3\] · \[2,1\]\n.*tensor\.test\.ts:\d+:\d+/);
  });

  it('name shapes that cannot be broadcast', () => {
    expect(() => run((x, y) => x.add(y), [1, 2], [1, 2, 3])).toThrow(
      'add: shapes [2] and [3] cannot be broadcast together',
    );
  });

  it('say what to write instead of an operator', () => {
    expect(() => run((x) => x.mul((1 - (x as unknown as number)) ** 2), 3)).toThrow(
      /x\.sub\(1\)\.square\(\) for \(x - 1\) \*\* 2/,
    );
    expect(() => run((x) => ((x as unknown as number) > 0 ? x : x.neg()), 3)).toThrow(
      /x\.gt\(0\)\.where\(a, b\)/,
    );
    expect(() => run((x) => x.add(Math.exp(x as unknown as number)), 3)).toThrow(
      /x\.exp\(\) for Math\.exp\(x\)/,
    );
  });

  it('refuse a tensor of another trace', () => {
    let kept: Tensor | undefined;
    run((x) => (kept = x), 1);
    expect(() => run((x) => x.add(kept!), 1)).toThrow('add: a Tensor from another trace was used');
  });

  it('name an axis that is not there', () => {
    expect(() => run((x) => x.sum(2), [[1]])).toThrow('axis 2 is not one of a tensor of shape [1,1]');
  });

  it('slice by lists alone', () => {
    expect(() => run((x) => x.slice(0 as never, 1 as never), [[1]])).toThrow(
      'slice: each argument must be a list such as [2, 3], got 0',
    );
  });
});

describe('compositions', () => {
  it('softmax is stable for large logits', () => {
    expect(run((x) => x.softmax(), [1000, 1000]).values).toEqual([0.5, 0.5]);
  });

  it('logSumExp of nothing but −∞ is −∞', () => {
    expect(run((x) => x.logSumExp(), [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]).values).toEqual([
      Number.NEGATIVE_INFINITY,
    ]);
  });

  it('argMax gives the first of equals', () => {
    expect(
      run(
        (x) => x.argMax(),
        [
          [1, 3, 3],
          [9, 0, 9],
        ],
      ),
    ).toEqual({ values: [1, 0], shape: [2], dtype: 'int32' });
  });

  it('argMax takes NaN for the largest, and refuses to choose from nothing', () => {
    expect(run((x) => x.argMax(), [[1, Number.NaN, 3, Number.NaN]]).values).toEqual([1]);
    expect(() => run((x) => x.argMax(), [[], []])).toThrow('argMax: axis 1 of [2,0] has no elements');
  });

  it('norm has slope 0 at 0', () => {
    expect(grad((x: Tensor) => x.norm())([0, 0]).data).toEqual(Float64Array.of(0, 0));
    expect(grad((x: Tensor) => x.norm())([0, 2]).data).toEqual(Float64Array.of(0, 1));
    expect(run((x) => x.norm(), [Number.NaN]).values).toEqual([Number.NaN]);
  });

  it('matmul treats vectors as rows and columns, and broadcasts batches', () => {
    expect(run((x, y) => x.matmul(y), [1, 2], [3, 4])).toMatchObject({ values: [11], shape: [] });
    expect(run((x, y) => x.matmul(y), [[[1, 2]], [[3, 4]]], [[1], [1]])).toMatchObject({
      values: [3, 7],
      shape: [2, 1, 1],
    });
    const none = { data: new Float64Array(), shape: [2, 3, 0], dtype: 'float64' } as const;
    const sums = run((x) => x.matmul(x.like(1).broadcastTo([0, 2])), none);
    expect(sums).toMatchObject({ values: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], shape: [2, 3, 2] });
  });

  it('oneHot sets one place in each row', () => {
    expect(run((x) => x.oneHot(3), Int32Array.of(2, 0)).values).toEqual([0, 0, 1, 1, 0, 0]);
  });

  it('variance is that of the population', () => {
    expect(run((x) => x.variance(), [1, 2, 3, 4]).values).toEqual([1.25]);
  });
});

describe('shapes and places that cannot be', () => {
  const seven = Array.from({ length: 7 }, (_, i) => i);

  it.each<[string, (x: Tensor) => Tensor, RegExp]>([
    ['reshape of 7 into rows of 3', (x) => x.reshape([-1, 3]), /reshape: \[7\] does not fit \[-1,3\]/],
    ['two extents to work out', (x) => x.reshape([-1, -1]), /reshape: \[7\] does not fit \[-1,-1\]/],
    ['an extent of 0 beside one to work out', (x) => x.reshape([-1, 0]), /reshape: \[7\] does not fit/],
    [
      'a fractional shape',
      (x) => x.reshape([3.5, 2]),
      /shape must be made of whole numbers ≥ 0, got \[3.5,2\]/,
    ],
    ['a negative broadcast', (x) => x.broadcastTo([-2, 7]), /shape must be made of whole numbers ≥ 0/],
    ['a fractional window', (x) => x.windows(0, 1.5), /size must be made of whole numbers ≥ 1, got 1.5/],
    [
      'a negative dilation',
      (x) => x.windows(0, 2, { dilation: -3 }),
      /dilation must be made of whole numbers/,
    ],
    [
      'a stride of 0',
      (x) => x.windows(0, 2, { stride: 0 }),
      /stride must be made of whole numbers ≥ 1, got 0/,
    ],
    [
      'embed at a fraction',
      (x) => x.embed([9], [1.5]),
      /start must be made of whole numbers ≥ 0, got \[1.5\]/,
    ],
    ['embed at no place', (x) => x.embed([9], []), /start must have an entry for each of 1 axes, got \[\]/],
    ['embed beyond the end', (x) => x.embed([9], [4]), /does not fit into \[9\]/],
    ['a table of −2 rows', (x) => x.scatterAdd(seven, -2), /rows must be made of whole numbers ≥ 0, got -2/],
    [
      'a table of 1.5 rows',
      (x) => x.scatterAdd(seven, 1.5),
      /rows must be made of whole numbers ≥ 0, got 1.5/,
    ],
    ['truth values added', (x) => x.gt(0).scatterAdd(seven, 2), /cannot take bool: cast it to int32 first/],
  ])('are refused: %s', (_, f, message) => {
    expect(() => run(f, seven)).toThrow(ShapeError);
    expect(() => run(f, seven)).toThrow(message);
  });
});

describe('the graph of a trace', () => {
  it('reads as text, with equal nodes only once', () => {
    const graph = traced(
      (w, x) => x.matmul(w).sub(1).square().add(x.matmul(w).sub(1).square()).mean(),
      [2, 1],
      [3, 2],
    );
    expect(print(graph)).toMatchInlineSnapshot(`
      "%0 = input name="0" : float64[2, 1]
      %1 = input name="1" : float64[3, 2]
      %2 = dot transA=false transB=false %1 %0 : float64[3, 1]
      %3 = constant 1 : float64[]
      %4 = broadcast shape=[3,1] %3 : float64[3, 1]
      %5 = sub %2 %4 : float64[3, 1]
      %6 = mul %5 %5 : float64[3, 1]
      %7 = add %6 %6 : float64[3, 1]
      %8 = sum axes=[0,1] %7 : float64[]
      %9 = constant 3 : float64[]
      %10 = div %8 %9 : float64[]
      return %10"
    `);
  });
});
