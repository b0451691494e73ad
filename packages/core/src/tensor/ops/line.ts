import type { Line, Spec } from '../record.js';

const hasAxis = ([x]: readonly Spec[], fail: (why: string) => never): Spec =>
  x!.shape.length > 0 ? x! : fail('a scalar has no axis to go along');

/** Linear; the transpose sums from the other end. */
export const cumSum: Line = {
  kind: 'line',
  doc: 'sums along the last axis of all elements so far, or, in reverse, from here on; float32 accumulates in float64',
  infer(inputs, _, fail) {
    const x = hasAxis(inputs, fail);
    return x.dtype === 'bool' ? fail('cannot take bool: cast it to int32 first') : x;
  },
  reference(x, { reverse }, out) {
    let total = 0;
    for (let i = 0; i < x.length; i++) {
      const at = reverse ? x.length - 1 - i : i;
      total += x[at]!;
      out[at] = total;
    }
  },
  derivative: {
    linear: () => ({
      transpose: (cotangent, _, { reverse }) => cotangent.cumSum(-1, { reverse: !reverse }),
    }),
  },
};

/** Equal elements keep their order; NaN comes last either way. */
export const argSort: Line = {
  kind: 'line',
  doc: 'the places of the last axis in the order of their elements, as int32',
  infer: (inputs, _, fail) => ({ shape: hasAxis(inputs, fail).shape, dtype: 'int32' }),
  reference(x, { descending }, out) {
    const sign = descending ? -1 : 1;
    const compare = (a: number, b: number): number =>
      Number(Number.isNaN(a)) - Number(Number.isNaN(b)) || sign * (Number(a > b) - Number(a < b));
    out.set([...x.keys()].sort((i, j) => compare(x[i]!, x[j]!)));
  },
  derivative: { none: 'places are integers' },
};
