import { describe, expect, it } from 'vitest';
import { checkGrads } from '../../autodiff/check-grads.js';
import { compile } from '../../compile/compile.js';
import type { Tensor } from '../../tensor/tensor.js';
import { constant } from '../init/constant.js';
import type { Initializer } from '../init/initializer.js';
import { conv } from './conv.js';
import type { DenseParams } from './dense.js';
import { spread } from './testing/spread.js';

const start = { seed: 1, dtype: 'float64' } as const;

describe('conv', () => {
  it('slides its window along and adds a bias to each channel', () => {
    const layer = conv({ inputs: 1, outputs: 2, kernel: [2] });
    const params = { w: [[[1, -1]], [[1, 1]]], b: [10, 20] };
    const y = compile(layer.apply)(params, [[[1, 2, 4]]]);
    expect(y.shape).toEqual([1, 2, 2]);
    expect([...y.data]).toEqual([9, 8, 23, 26]);
  });

  it.each([
    [{ kernel: [3, 3], padding: 'same' }, [2, 6, 5, 7]],
    [{ kernel: [3, 2], stride: 2 }, [2, 6, 2, 3]],
    [{ kernel: [2, 2], dilation: 2, groups: 2 }, [2, 6, 3, 5]],
    [{ kernel: [1, 1], padding: 1 }, [2, 6, 7, 9]],
  ] as const)('%o gives an image of the extents %o', (options, shape) => {
    const layer = conv({ inputs: 4, outputs: 6, ...options });
    expect(compile(layer.apply)(layer.init(start), spread([2, 4, 5, 7], 1)).shape).toEqual(shape);
  });

  it('has the derivatives that its differences say', () => {
    const layer = conv({ inputs: 2, outputs: 3, kernel: [2, 2], padding: 'same', stride: 2 });
    checkGrads(
      (p: DenseParams, x: Tensor) => layer.apply(p, x).tanh(),
      [layer.init(start), spread([2, 2, 3, 4], 1)],
    );
  });

  it('shows its initialiser the window, the inputs and the outputs, and puts outputs first', () => {
    const seen: (readonly number[])[] = [];
    const counting: Initializer = (shape, options) => {
      seen.push(shape);
      const made = constant(0)(shape, options);
      made.data.forEach((_, i) => {
        made.data[i] = i;
      });
      return made;
    };
    const { w, b } = conv({ inputs: 4, outputs: 6, kernel: [3, 5], groups: 2, init: counting }).init(start);
    expect(seen).toEqual([[3, 5, 2, 6]]);
    expect(w.shape).toEqual([6, 2, 3, 5]);
    // w[o, c, i, j] is number ((5i + j)·2 + c)·6 + o of what was drawn.
    expect(w.data[((4 * 2 + 1) * 3 + 2) * 5 + 3]).toBe(((5 * 2 + 3) * 2 + 1) * 6 + 4);
    expect([...b.data]).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('may go without a bias', () => {
    expect(Object.keys(conv({ inputs: 1, outputs: 1, kernel: [2], bias: false }).init(start))).toEqual(['w']);
  });

  it('refuses what does not fit', () => {
    expect(() => conv({ inputs: 1, outputs: 1, kernel: [3, 0] })).toThrow(
      'kernel[1] must be a positive integer, got 0',
    );
    expect(() => conv({ inputs: 1, outputs: 1, kernel: 3 as never })).toThrow(
      'kernel must be a list such as [3, 3], got 3',
    );
    expect(() => conv({ inputs: 3, outputs: 4, kernel: [3], groups: 2 })).toThrow(
      'groups must divide inputs and outputs, got 2 for 3 and 4',
    );
    const layer = conv({ inputs: 1, outputs: 1, kernel: [3, 3] });
    expect(() => compile(layer.apply)(layer.init(start), spread([1, 2, 8, 8], 1))).toThrow(
      'conv: made for x of shape [rows, 1, 2 extents], got [1,2,8,8]',
    );
  });
});
