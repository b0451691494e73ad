import { describe, expect, it } from 'vitest';
import { binaryCrossEntropy } from './binary-cross-entropy.js';
import { crossEntropy } from './cross-entropy.js';
import { slopesOf, valuesOf } from './testing/run.js';

describe('cross-entropies', () => {
  it('keep their relative precision where the model is sure', () => {
    // ln(1 + e⁻⁴⁰) = e⁻⁴⁰ to 17 digits
    const tiny = Math.exp(-40);
    for (const [loss, prediction, target] of [
      [binaryCrossEntropy, [[40]], [1]],
      [binaryCrossEntropy, [[-40]], [0]],
    ] as const) {
      expect(valuesOf(loss, prediction, target).data[0]! / tiny).toBeCloseTo(1, 12);
      expect(Math.abs(slopesOf(loss, prediction, target).data[0]!) / tiny).toBeCloseTo(1, 12);
    }
  });

  it('say what being wrong by 1000 or 2000 costs', () => {
    expect([...valuesOf(binaryCrossEntropy, [[-1000], [1000]], [1, 0]).data]).toEqual([1000, 1000]);
    expect([...slopesOf(binaryCrossEntropy, [[-1000], [1000]], [1, 0]).data]).toEqual([-1, 1]);
    expect([...valuesOf(crossEntropy, [[1000, -1000]], [1]).data]).toEqual([2000]);
    expect([...slopesOf(crossEntropy, [[1000, -1000]], [1]).data]).toEqual([1, -1]);
  });

  it('agree on two classes: the one logit is the difference of the two', () => {
    const two = valuesOf(
      crossEntropy,
      [
        [0.3, 1.9],
        [2, -1],
      ],
      [1, 1],
    ).data;
    const one = valuesOf(binaryCrossEntropy, [[1.6], [-3]], [1, 1]).data;
    two.forEach((value, row) => {
      expect(value).toBeCloseTo(one[row]!, 14);
    });
  });
});
