import { BYTES, type DType } from '../dtype.js';
import type { Reduce } from '../record.js';
import type { Tensor } from '../tensor.js';

type Definition = Omit<Reduce, 'kind' | 'infer'>;

const reduce = (definition: Definition): Reduce => ({
  ...definition,
  kind: 'reduce',
  infer([x], { axes }, fail) {
    if (x!.dtype === 'bool') fail('cannot take bool: cast it to int32 first');
    return {
      shape: x!.shape.filter((_, axis) => !(axes as readonly number[]).includes(axis)),
      dtype: x!.dtype,
    };
  },
});

/** d(Σx) = Σ dx */
export const sum = reduce({
  doc: 'the sum over axes; float32 accumulates in float64',
  identity: () => 0,
  accumulator: (dtype) => (dtype === 'float32' ? 'float64' : dtype),
  reference: (a, b) => a + b,
  emit: (e, a, b) => e.add(a, b),
  derivative: { partials: [() => 1] },
});

/** The slope goes to the largest element; elements that tie share it. */
export const max = reduce({
  doc: 'the largest element over axes; NaN if any is',
  identity: lowest,
  accumulator: (dtype) => dtype,
  reference: Math.max,
  emit: (e, a, b) => e.max(a, b),
  derivative: { partials: [([x], y, { axes }) => chosen(x!, y, axes as number[])] },
});

export const min = reduce({
  doc: 'the smallest element over axes; NaN if any is',
  identity: (dtype) => (dtype === 'int32' ? 2 ** 31 - 1 : Number.POSITIVE_INFINITY),
  accumulator: (dtype) => dtype,
  reference: Math.min,
  emit: (e, a, b) => e.min(a, b),
  derivative: { partials: [([x], y, { axes }) => chosen(x!, y, axes as number[])] },
});

function lowest(dtype: DType): number {
  return dtype === 'int32' ? -(2 ** (8 * BYTES.int32 - 1)) : Number.NEGATIVE_INFINITY;
}

/** Each element's share in the extreme value `y`, which comes repeated to the shape of `x`. */
function chosen(x: Tensor, y: Tensor, axes: readonly number[]): Tensor {
  const hits = x.eq(y).cast(x.dtype);
  return hits.div(hits.sum(axes, { keepDims: true }));
}
