import { describe, expect, it } from 'vitest';
import { grad } from '../autodiff/grad.js';
import { compile } from '../compile/compile.js';
import { array, zeros } from './array.js';
import { cond } from './control/cond.js';
import { scan } from './control/scan.js';
import { whileLoop } from './control/while-loop.js';
import { einsum } from './einsum.js';
import type { Tensor } from './tensor.js';

// What callers without types may hand over.
type Loose = { readonly [method: string]: (...args: unknown[]) => Tensor };
type Function = (x: Tensor) => unknown;

const matrix = [
  [1, 2, 3],
  [4, 5, 6],
];
const run = (f: Function, x: unknown = matrix): unknown =>
  (compile as unknown as (f: Function) => (x: unknown) => unknown)(f)(x);
const on = (method: string, ...args: unknown[]): Function => {
  return (x) => (x as unknown as Loose)[method]!(...args);
};
const wrong = (value: unknown): never => value as never;

describe('element types', () => {
  it.each(['int64', 'Float32', 'float', 'float16'])('there is no %s', (dtype) => {
    const message =
      'dtype must be one of float32, float64, int32, bool ' +
      `(float16: precision: 'mixed' of fit), got '${dtype}'`;
    expect(() => run(on('cast', dtype))).toThrow(`cast: ${message}`);
    expect(() => run(on('oneHot', 3, dtype), Int32Array.of(1))).toThrow(`cast: ${message}`);
    expect(() => array([1.5], { dtype: wrong(dtype) })).toThrow(`array: ${message}`);
    expect(() => run((x) => x, { data: [1], shape: [1], dtype })).toThrow(`array: ${message}`);
    expect(() => zeros([2], wrong(dtype))).toThrow(`zeros: ${message}`);
  });
});

describe('shapes', () => {
  it.each([3, [1.5], [-1], [2 ** 31], '2'])('arrays are not of shape %j', (shape) => {
    expect(() => zeros(wrong(shape))).toThrow(
      /^zeros: the shape must be a list such as \[2, 3\] \(at most 2\^30 each\), got /,
    );
  });

  it.each([
    ['reshape', [3, 2], 'reshape: the shape must be a list such as [2, 3], got 3'],
    ['broadcastTo', [3], 'broadcastTo: the shape must be a list such as [2, 3], got 3'],
    ['transpose', [0, 1], 'transpose: the order must be a list such as [2, 3], got 0'],
    ['transpose', [[1, 2]], /^axis 2 is not one of a tensor of shape \[2,3\]/],
    ['transpose', [[1, -1]], /^transpose: order \[1,1\] must name each axis of \[2,3\] once/],
    ['slice', [0, 1], 'slice: each argument must be a list such as [2, 3], got 0'],
    ['pad', [[1, 2]], /^pad: \[2,3\] needs 2 pairs of integers ≥ 0, got \[1,2\]/],
    ['tril', [1.5], 'tril: diagonal must be an integer, got 1.5'],
    ['triu', ['1'], "triu: diagonal must be an integer, got '1'"],
  ])('%s(…%j) says what it takes', (method, args, message) => {
    expect(() => run(on(method, ...args))).toThrow(message);
  });

  it('what is joined is listed', () => {
    for (const method of ['concat', 'stack'])
      expect(() => run((x) => on(method, x)(x))).toThrow(
        `others must be a list such as [2, 3], got a Tensor`,
      );
  });

  it('an axis has 2^30 places at most, however it came about', () => {
    expect(() => run((x) => x.broadcastTo([2 ** 31]).sum(), 1)).toThrow(
      /^broadcast: \[2147483648\] goes beyond/,
    );
    const square = (x: Tensor): Tensor => x.broadcastTo([2 ** 16, 2 ** 16]);
    expect(() => run((x) => square(x).reshape([-1]).sum(), 1)).toThrow(
      /^reshape: \[4294967296\] goes beyond 2\^30/,
    );
    const long = (x: Tensor): Tensor => x.broadcastTo([2 ** 30]);
    expect(() =>
      run(
        (x) =>
          long(x)
            .concat([long(x)])
            .sum(),
        1,
      ),
    ).toThrow(/^concat: \[2147483648\]/);
  });

  it('positions in transpose count from the end, too', () => {
    expect(run((x) => x.transpose([-1, 0]))).toEqual(run((x) => x.transpose()));
  });
});

describe('classes', () => {
  const labels = Int32Array.of(0, 2);

  it.each([2.5, -1, 0, '3'])('there are not %j of them', (classes) => {
    expect(() => run(on('oneHot', classes), labels)).toThrow('oneHot: classes must be a positive integer');
  });

  it('are integers', () => {
    expect(() => run(on('oneHot', 3), [0.5, 2])).toThrow(
      "oneHot: x.dtype must be one of int32, got 'float64'",
    );
  });
});

describe('what is no Tensor', () => {
  const wanted = 'expected a Tensor (x.constant(1) makes one) or a tree of them, got';
  const positive = (x: Tensor): Tensor => x.sum().gt(0);

  it.each<[Function, string]>([
    [() => 1, `the result: ${wanted} 1`],
    [(a) => ({ a, b: 3 }), `the result.b: ${wanted} 3`],
    [
      (x) =>
        cond(
          positive(x),
          () => 1,
          () => 2,
        ),
      `cond: what a branch returns: ${wanted} 1`,
    ],
    [
      (x) =>
        cond(
          wrong(true),
          () => x,
          () => x,
        ),
      'cond: the condition must be a Tensor (x.constant(1) makes one), got true',
    ],
    [(x) => cond(positive(x), wrong(x), wrong(x)), 'cond: each branch must be a function, got a Tensor'],
    [
      () =>
        whileLoop(
          (c) => c,
          (c) => c,
          wrong(1),
        ),
      `whileLoop: init: ${wanted} 1`,
    ],
    [
      (x) =>
        whileLoop(
          () => wrong(true),
          (c) => c,
          x,
        ),
      'whileLoop: what test returns must be a Tensor',
    ],
    [(x) => whileLoop(positive, () => wrong(3), x), `whileLoop: the carry that body returns: ${wanted} 3`],
    [(x) => whileLoop(wrong(x), (c) => c, x), 'whileLoop: test must be a function, got a Tensor'],
    [(x) => scan((c) => [c, 3] as const, x, x), `scan: what f returns.1: ${wanted} 3`],
    [
      (x) => scan((c) => [c, c] as const, x, x.sum()),
      'scan: the number of turns must be an integer ≥ 0 (the first axis of xs, or { length }), got undefined',
    ],
    [(x) => scan(wrong(x), x, x), 'scan: f must be a function, got a Tensor'],
    [
      () => einsum('i->', [1, 2]),
      'einsum: one operand must be a Tensor (x.constant(1) makes one), got undefined',
    ],
  ])('%s', (f, message) => {
    expect(() => run(f)).toThrow(message);
  });

  it('nor a function', () => {
    expect(() => run(wrong(3))).toThrow('f must be a function, got 3');
    expect(() => grad(wrong(3))).toThrow('f must be a function, got 3');
  });

  it('may be an operand of einsum', () => {
    expect(run((x) => einsum('ij,j->i', x, [1, 2, 3]))).toEqual(run((x) => x.matmul([1, 2, 3])));
  });
});
