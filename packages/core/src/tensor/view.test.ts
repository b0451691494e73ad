import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sizeOf } from './shape.js';
import { dense, reshaped, type View } from './view.js';

/** The places of a view's elements, in row-major order. */
function places({ shape, strides, offset }: View): number[] {
  return Array.from({ length: sizeOf(shape) }, (_, order) => {
    let rest = order;
    let place = offset;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      place += (rest % shape[axis]!) * strides[axis]!;
      rest = Math.floor(rest / shape[axis]!);
    }
    return place;
  });
}

describe('reshaped', () => {
  it('splits and joins axes of a dense array', () => {
    expect(reshaped(dense([4, 6]), [2, 2, 3, 2])?.strides).toEqual([12, 6, 2, 1]);
    expect(reshaped(dense([2, 3, 4]), [24])?.strides).toEqual([1]);
  });

  it('splits an axis of a transposed array, but cannot join two that lie apart', () => {
    const transposed = { shape: [6, 4], strides: [1, 6], offset: 0 };
    expect(reshaped(transposed, [3, 2, 4])?.strides).toEqual([2, 1, 6]);
    expect(reshaped(transposed, [24])).toBeUndefined();
  });

  it('names the same places in the same order, whenever it says anything', () => {
    const extents = fc.array(fc.constantFrom(0, 1, 2, 3, 4), { maxLength: 4 });
    const strides = fc.array(fc.constantFrom(0, 1, 2, 4, 12), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(extents, strides, extents, (shape, steps, target) => {
        fc.pre(sizeOf(shape) === sizeOf(target));
        const view = { shape, strides: steps.slice(0, shape.length), offset: 5 };
        const found = reshaped(view, target);
        if (found) expect(places(found)).toEqual(places(view));
      }),
      { numRuns: 2000 },
    );
  });
});
