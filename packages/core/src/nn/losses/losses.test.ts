import { describe, expect, it } from 'vitest';
import { checkGrads } from '../../autodiff/check-grads.js';
import { grad } from '../../autodiff/grad.js';
import { expectCompiledAsInterpreted } from '../../compile/testing/agree.js';
import { array, isNdArray, type NdArray, type Nested } from '../../tensor/array.js';
import type { FloatType } from '../../tensor/dtype.js';
import type { Tensor } from '../../tensor/tensor.js';
import { trace } from '../../tensor/trace.js';
import { flatten } from '../../tensor/tree.js';
import { CASES } from './testing/cases.js';
import { slopesOf, valuesOf } from './testing/run.js';

const DTYPES: FloatType[] = ['float32', 'float64'];

describe.each(Object.entries(CASES))('%s', (_, { loss, prediction, target, values, slopes }) => {
  it("gives torch's value for each row, and its gradient", () => {
    const perRow = valuesOf(loss, prediction, target);
    expect(perRow.shape).toEqual([prediction.length]);
    expectClose(perRow, values);
    expectClose(slopesOf(loss, prediction, target), slopes);
  });

  it('has the derivatives that its differences say', () => {
    // A little off the points above, some of which are on a kink.
    const moved = prediction.map((row) => row.map((z) => z + 0.013));
    checkGrads((z: Tensor) => loss(z, z.constant(target)), [moved]);
  });

  it.each(DTYPES)('compiled gives what it gives interpreted, with its gradient, in %s', (dtype) => {
    const both = (z: Tensor, y: Tensor): Tensor[] => [loss(z, y), grad((p: Tensor) => loss(p, y).sum())(z)];
    const args = [prediction, target].map((values) => array(values, { dtype }));
    const { graph } = trace(
      both,
      args.map((arg) => flatten<NdArray>(arg, isNdArray)),
    );
    expectCompiledAsInterpreted(graph, args);
  });

  it.each(DTYPES)('is never NaN at predictions of ±1000 in %s, nor is its gradient', (dtype) => {
    for (const far of [1000, -1000]) {
      const z = array(
        prediction.map((row) => row.map((_, k) => (k === 0 ? far : -far))),
        { dtype },
      );
      const y = array(target, { dtype });
      for (const { data } of [valuesOf(loss, z, y), slopesOf(loss, z, y)])
        expect(data).toSatisfy((found: Float64Array) => !found.some(Number.isNaN));
    }
  });
});

describe('targets', () => {
  const lists = Object.entries(CASES).filter(([, { target }]) => target.every(Number.isFinite));
  const whole = lists.filter(([, { target }]) => target.every(Number.isInteger));

  it.each(lists)('of %s may be a column', (_, { loss, prediction, target }) => {
    const column = target.map((y) => [y]) as Nested;
    expect(valuesOf(loss, prediction, array(column)).data).toEqual(valuesOf(loss, prediction, target).data);
  });

  it.each(whole)('of %s may be integers', (_, { loss, prediction, target }) => {
    const integers = array(target, { dtype: 'int32' });
    expect(valuesOf(loss, prediction, integers).data).toEqual(valuesOf(loss, prediction, target).data);
  });
});

function expectClose({ data }: NdArray, expected: readonly number[]): void {
  expect(data.length).toBe(expected.length);
  data.forEach((value, i) => {
    expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-14);
  });
}
