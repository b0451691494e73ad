import { describe, expect, it } from 'vitest';
import { checkGrads } from '../../autodiff/check-grads.js';
import { compile } from '../../compile/compile.js';
import type { NdArray } from '../../tensor/array.js';
import type { Tensor } from '../../tensor/tensor.js';
import { type AttentionParams, attention } from './attention.js';
import { spread } from './testing/spread.js';

const part = (i: number) => ({ w: spread([4, 4], i + 2), b: spread([4], i + 12) });
const params = { query: part(0), key: part(1), value: part(2), output: part(3) };
const x = spread([2, 3, 4], 1);
const run = (causal: boolean, x: NdArray) =>
  compile(attention({ width: 4, heads: 2, causal }).apply)(params, x);

describe('attention', () => {
  it.each([
    [
      false,
      [0.093280238712, 1.140980469929, -0.721126124705, 0.805836532133, 0.998975879137, 0.948792045384],
    ],
    [
      true,
      [-0.383504018541, 1.159939703912, -0.864270847863, 0.889617744416, 0.359313951762, 0.914833376509],
    ],
  ])('agrees with PyTorch 2.13 in float64, causal: %o', (causal, expected) => {
    const y = run(causal, x);
    expect(y.shape).toEqual([2, 3, 4]);
    expected.forEach((value, i) => {
      expect(y.data[i]).toBeCloseTo(value, 11);
    });
    // The last place of the last row sees everything either way.
    expect([...y.data.slice(-4)].map((value) => Number(value.toFixed(9)))).toEqual([
      0.394700232, 0.583946021, -1.590106299, 0.068210405,
    ]);
  });

  it('if causal, does not change before a place that changes', () => {
    const changed = spread([2, 3, 4], 1);
    changed.data[2 * 4] = 99; // row 0, place 2
    const [before, after] = [run(true, x), run(true, changed)].map(({ data }) => [...data]);
    expect(after!.slice(0, 8)).toEqual(before!.slice(0, 8));
    expect(after!.slice(8, 12)).not.toEqual(before!.slice(8, 12));
    expect(after!.slice(12)).toEqual(before!.slice(12));
  });

  it('stays finite for scores of any size', () => {
    const large = { ...x, data: x.data.map((value) => 1e150 * value) } as NdArray;
    for (const value of run(true, large).data) expect(value).toBeTypeOf('number');
    expect([...run(true, large).data].every(Number.isFinite)).toBe(true);
  });

  it.each([false, true])('has the derivatives that its differences say, causal: %o', (causal) => {
    const layer = attention({ width: 4, heads: 2, causal });
    checkGrads((p: AttentionParams, x: Tensor) => layer.apply(p, x), [params, x]);
  });

  it('starts its four layers differently', () => {
    const { query, key, value, output } = attention({ width: 4, heads: 1 }).init({
      seed: 0,
      dtype: 'float32',
    });
    expect(new Set([query, key, value, output].map(({ w }) => w.data.join())).size).toBe(4);
  });

  it('refuses what does not fit', () => {
    expect(() => attention({ width: 4, heads: 3 })).toThrow(
      'heads must divide width, got 3 heads for width 4',
    );
    expect(() => run(true, spread([3, 4], 1))).toThrow(
      'attention: made for x of shape [rows, time, 4], got [3,4]',
    );
  });
});
