import { describe, expect, it } from 'vitest';
import { compile } from '../../compile/compile.js';
import { array, type NdArray } from '../../tensor/array.js';
import type { Tensor } from '../../tensor/tensor.js';
import { expectWithin, golden } from '../testing/golden.js';
import { type Leaves, type Transform, valueAt } from '../transform.js';
import { clipByGlobalNorm } from './clip-by-global-norm.js';
import { clipByNorm } from './clip-by-norm.js';
import { clipByValue } from './clip-by-value.js';

interface Case {
  readonly op: string;
  readonly convention: 'torch' | 'optax' | 'keras';
  readonly grads: readonly (readonly number[])[];
  readonly options: {
    readonly max_norm?: number;
    readonly norm_type?: number | 'inf';
    readonly clip_value?: number;
  };
  readonly clipped: readonly (readonly number[])[];
}
const { cases } = golden<{ cases: readonly Case[] }>('clipping');

function clipped(transform: Transform, grads: readonly (readonly number[])[], dtype?: 'float32'): number[][] {
  const run = compile((updates: Leaves<Tensor>, hyper: Leaves<Tensor>, step: Tensor) =>
    transform.update(updates, {}, { params: updates, hyper, step }),
  );
  const updates = Object.fromEntries(
    grads.map((g, i) => [`g${i}`, array([...g], { dtype: dtype ?? 'float64' })]),
  );
  const hyper = Object.fromEntries(
    Object.entries(transform.hyper).map(([name, value]) => [name, valueAt(value, 0)]),
  );
  const [after] = run(updates, hyper, 1) as unknown as readonly [Leaves<NdArray>];
  return Object.values(after).map(({ data }) => [...data]);
}

describe('against reference values', () => {
  const global = cases.filter(({ op }) => /norm$/.test(op) && op !== 'clipnorm');
  it.each(global.map((one) => [one.convention, one.options, one.grads, one] as const))(
    'clipByGlobalNorm clips as %s does with %j: %j',
    (_, __, ___, { convention, options, grads, clipped: expected }) => {
      const { max_norm = 0, norm_type = 2 } = options;
      const normType = norm_type === 'inf' ? Number.POSITIVE_INFINITY : norm_type;
      const transform = clipByGlobalNorm(max_norm, { normType, convention });
      expectWithin(clipped(transform, grads).flat(), expected.flat(), 1e-15);
    },
  );

  it('no reference case is left out', () => {
    expect([cases.length, global.length]).toEqual([40, 31]);
  });

  it.each(cases.filter(({ op }) => op === 'clipnorm').map((one) => [one.grads, one] as const))(
    'clipByNorm clips %j as Keras does',
    (_, { grads, options, clipped: expected }) => {
      expectWithin(clipped(clipByNorm(options.max_norm!), grads).flat(), expected.flat(), 1e-15);
    },
  );

  it.each(cases.filter(({ op }) => op === 'clip_grad_value').map((one) => [one.grads, one] as const))(
    'clipByValue clips %j as PyTorch does',
    (_, { grads, options, clipped: expected }) => {
      expect(clipped(clipByValue(options.clip_value!), grads)).toEqual(expected);
    },
  );
});

it('clipByGlobalNorm leaves what is short enough as it is, to the last bit, and zeros alone', () => {
  const grads = [[0.1, -0.7], [0.3]];
  expect(clipped(clipByGlobalNorm(1), grads)).toEqual(grads);
  expect(clipped(clipByGlobalNorm(1), [[0, 0]])).toEqual([[0, 0]]);
});

it('it takes a schedule, and works in float32', () => {
  expect(
    clipped(
      clipByGlobalNorm(() => 0.5),
      [[3], [4]],
      'float32',
    ),
  ).toEqual([[Math.fround(0.3)], [Math.fround(0.4)]]);
});

it('limits that are none are refused', () => {
  expect(() => clipByGlobalNorm(0)).toThrow('clipByGlobalNorm: maxNorm must be above 0, got 0');
  expect(() => clipByValue(-1)).toThrow('clipByValue: limit must be at least 0, got -1');
});
