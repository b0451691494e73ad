import { describe, expect, it } from 'vitest';
import { checkGrads } from '../autodiff/check-grads.js';
import { compile } from '../compile/compile.js';
import type { NdArray } from '../tensor/array.js';
import { sizeOf } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import {
  type AveragePoolOptions,
  averagePool,
  type ConvolveOptions,
  convolve,
  globalAveragePool,
  globalMaxPool,
  maxPool,
} from './convolve.js';

const values = (shape: readonly number[], seed: number): NdArray => ({
  data: Float64Array.from(
    { length: sizeOf(shape) },
    (_, i) => 2 * (((i + 1) * 0.6180339887 + seed * 0.37) % 1) - 1,
  ),
  shape,
  dtype: 'float64',
});

/** The definition, for images, in plain loops; `before` zeros lie above and to the left. */
function byDefinition(
  x: NdArray,
  w: NdArray,
  out: readonly number[],
  stride: number,
  dilation: number,
  before: number,
  groups: number,
) {
  const [, channels, height, width] = x.shape as [number, number, number, number];
  const [outputs, perGroup, kh, kw] = w.shape as [number, number, number, number];
  const [rows, , oh, ow] = out as [number, number, number, number];
  const result: number[] = [];
  for (let n = 0; n < rows; n++)
    for (let o = 0; o < outputs; o++)
      for (let i = 0; i < oh; i++)
        for (let j = 0; j < ow; j++) {
          let sum = 0;
          for (let c = 0; c < perGroup; c++)
            for (let a = 0; a < kh; a++)
              for (let b = 0; b < kw; b++) {
                const [row, column] = [
                  i * stride + a * dilation - before,
                  j * stride + b * dilation - before,
                ];
                if (row < 0 || column < 0 || row >= height || column >= width) continue;
                const channel = Math.floor(o / (outputs / groups)) * perGroup + c;
                const at = ((n * channels + channel) * height + row) * width + column;
                sum += x.data[at]! * w.data[((o * perGroup + c) * kh + a) * kw + b]!;
              }
          result.push(sum);
        }
  return result;
}

describe('convolve', () => {
  it.each<[string, ConvolveOptions, number[], number]>([
    ['plain', {}, [2, 6, 4, 6], 0],
    ['with zeros around', { padding: 1 }, [2, 6, 6, 8], 1],
    ['of the same extents', { padding: 'same' }, [2, 6, 6, 8], 1],
    ['in strides', { stride: 2, padding: 1 }, [2, 6, 3, 4], 1],
    ['with wide windows', { dilation: 2 }, [2, 6, 2, 4], 0],
    ['in groups', { groups: 2 }, [2, 6, 4, 6], 0],
  ])('%s equals its definition', (_, options, shape, before) => {
    const groups = options.groups ?? 1;
    const [x, w] = [values([2, 4, 6, 8], 1), values([6, 4 / groups, 3, 3], 2)];
    const y = compile((x: Tensor, w: Tensor) => convolve(x, w, options))(x, w);
    expect(y.shape).toEqual(shape);
    const expected = byDefinition(
      x,
      w,
      shape,
      Number(options.stride ?? 1),
      Number(options.dilation ?? 1),
      before,
      groups,
    );
    expected.forEach((value, i) => {
      expect(y.data[i]).toBeCloseTo(value, 12);
    });
  });

  it('has the right derivatives, in one dimension and in two, to second order', () => {
    checkGrads(
      (x: Tensor, w: Tensor) => convolve(x, w, { stride: 2, padding: 1 }),
      [values([2, 3, 7], 1), values([2, 3, 3], 2)],
    );
    checkGrads(
      (x: Tensor, w: Tensor) => convolve(x, w, { padding: 'same', dilation: [1, 2], groups: 2 }),
      [values([1, 2, 4, 5], 1), values([2, 1, 2, 3], 2)],
    );
  });

  it('names what does not fit', () => {
    const run = (x: NdArray, w: NdArray, options?: ConvolveOptions) => () =>
      compile((x: Tensor, w: Tensor) => convolve(x, w, options))(x, w);
    expect(run(values([1, 3, 8], 1), values([2, 4, 3], 1))).toThrow(
      'convolve: w [2,4,3] in 1 groups does not fit x [1,3,8] with 3 channels',
    );
    expect(run(values([1, 4, 2], 1), values([2, 4, 3], 1))).toThrow(
      'a window of 3 is longer than axis 2 of [1,4,2]',
    );
    expect(run(values([1, 4, 8], 1), values([2, 4, 3], 1), { stride: 0 })).toThrow(
      'stride must be an integer ≥ 1, or one for each of 1 axes, got [0]',
    );
  });
});

describe('pooling', () => {
  const x = [
    [
      [
        [1, 2, 5, 0],
        [3, 4, 1, 1],
      ],
    ],
  ];

  it('takes the largest, or the mean, of each window', () => {
    expect([...compile((x: Tensor) => maxPool(x, 2))(x).data]).toEqual([4, 5]);
    expect([...compile((x: Tensor) => averagePool(x, 2))(x).data]).toEqual([2.5, 1.75]);
    expect([...compile((x: Tensor) => maxPool(x, [1, 2], { stride: 1 }))(x).data]).toEqual([
      2, 5, 5, 4, 4, 1,
    ]);
    // What is left over at the end is not seen.
    expect([...compile((x: Tensor) => maxPool(x, [1, 3]))(x).data]).toEqual([5, 4]);
  });

  it('takes all places of a channel', () => {
    expect([...compile((x: Tensor) => globalAveragePool(x))(x).data]).toEqual([2.125]);
    expect([...compile((x: Tensor) => globalMaxPool(x))(x).data]).toEqual([5]);
  });

  it('pads to as many windows as strides, or as told; never to windows of padding alone', () => {
    const pool = (options: AveragePoolOptions) => compile((x: Tensor) => averagePool(x, 2, options));
    expect([...pool({ stride: 1, padding: 'same' })([[[2, 4, 6]]]).data]).toEqual([3, 5, 3]);
    expect([...pool({ stride: 1, padding: 'same', countPadding: false })([[[2, 4, 6]]]).data]).toEqual([
      3, 5, 6,
    ]);
    expect([...compile((x: Tensor) => maxPool(x, 2, { padding: 1 }))([[[-2, -4, -6, -8]]]).data]).toEqual([
      -2, -4, -8,
    ]);
    expect(() => pool({ padding: 2 })([[[1, 2, 3]]])).toThrow(
      'padding must be at most half a window, got 2 for a window of 2',
    );
  });

  it('has the right derivatives', () => {
    checkGrads((x: Tensor) => maxPool(x, 2), [values([2, 2, 4, 6], 1)]);
    checkGrads((x: Tensor) => averagePool(x, 3, { stride: 2 }), [values([1, 2, 7], 1)]);
  });
});
