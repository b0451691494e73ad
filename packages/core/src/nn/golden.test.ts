import { describe, expect, it } from 'vitest';
import { checkGrads } from '../autodiff/check-grads.js';
import { grad } from '../autodiff/grad.js';
import { compile } from '../compile/compile.js';
import type { NdArray } from '../tensor/array.js';
import { einsum } from '../tensor/einsum.js';
import type { Tensor } from '../tensor/tensor.js';
import { type AveragePoolOptions, averagePool, type ConvolveOptions, convolve, maxPool } from './convolve.js';
import golden from './golden/layers.json' with { type: 'json' };
import { groupNorm } from './layers/group-norm.js';
import { rmsNorm } from './layers/rms-norm.js';
import { spread } from './layers/testing/spread.js';

interface Case {
  readonly inputs: readonly (readonly number[])[];
  readonly shape: readonly number[];
  readonly y: readonly number[];
  readonly gradients: readonly (readonly number[])[];
}

type Options = Readonly<Record<string, number | readonly number[] | string | boolean>>;

const near = (got: NdArray, wanted: readonly number[]): void => {
  expect(got.data.length).toBe(wanted.length);
  wanted.forEach((value, i) => {
    expect(got.data[i]).toBeCloseTo(value, 11);
  });
};

/** Values, shape and gradients are those of the reference, and the derivatives right to second order. */
function expectCase(f: (...xs: Tensor[]) => Tensor, { inputs, shape, y, gradients }: Case): void {
  const xs = inputs.map((shape, i) => spread(shape, i + 1));
  const got = compile(f)(...xs);
  expect(got.shape).toEqual(shape);
  near(got, y);
  const weights = spread(shape, 99);
  const slopes = grad((xs: Record<string, Tensor>) => {
    const result = f(...Object.values(xs));
    return result.mul(result.constant(weights)).sum();
  })(Object.fromEntries(xs.map((x, i) => [`x${i}`, x])) as never) as unknown as Record<string, NdArray>;
  gradients.forEach((wanted, i) => {
    near(slopes[`x${i}`]!, wanted);
  });
  checkGrads(f as never, xs as never);
}

describe(`in float64 as PyTorch ${golden.versions.torch}`, () => {
  it.each(
    (golden.convolve as unknown as (Case & { options: Options })[]).map((one) => [
      one.inputs,
      one.options,
      one,
    ]),
  )('convolve %j %j', (_, options, one) => {
    expectCase((x, w) => convolve(x!, w!, options as ConvolveOptions), one);
  });

  it.each(
    (golden.pool as unknown as (Case & { kind: string; size: number | number[]; options: Options })[]).map(
      (one) => [one.kind, one.size, one.options, one],
    ),
  )('%s pooling by %j %j', (kind, size, options, one) => {
    const { count_include_pad: countPadding = true, ...rest } = options as AveragePoolOptions & {
      count_include_pad?: boolean;
    };
    expectCase(
      (x) => (kind === 'max' ? maxPool(x!, size, rest) : averagePool(x!, size, { ...rest, countPadding })),
      one,
    );
  });

  it.each(golden.groupNorm)('groupNorm in $groups groups', (one) => {
    const layer = groupNorm({ channels: 4, groups: one.groups });
    expectCase((x, scale, b) => layer.apply({ scale: scale!, b: b! }, x!), one);
  });

  it('rmsNorm', () => {
    expectCase((x, scale) => rmsNorm({ width: 4 }).apply({ scale: scale! }, x!), golden.rmsNorm);
  });
});

describe(`einsum in float64 as NumPy ${golden.versions.numpy}`, () => {
  it.each(golden.einsum.map((one) => [one.subscripts, one] as const))('%s', (subscripts, one) => {
    expectCase((...xs) => einsum(subscripts, ...xs), one);
  });
});
