import type { Move } from '../record.js';
import type { Shape } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { wholes } from './define.js';

/**
 * Overlapping stretches of one axis, seen in place through strides: out[…, i, …, j] = x[…, i·stride + j·dilation, …].
 *
 * The transpose adds each window back to where it was seen. With stride 1, what the places of a window hold are arrays that
 * overlap but for a shift: between zeros, each is seen in place, and one loop adds them all. Otherwise each is an array
 * with gaps.
 */
export const windows: Move = {
  kind: 'move',
  doc: 'stretches of an axis, each element of a stretch along a new last axis',
  infer([x], params, fail) {
    const { axis, size, stride, dilation } = params as Record<string, number>;
    for (const name of ['size', 'stride', 'dilation']) wholes(params, name, 1, fail);
    const extent = x!.shape[axis!]!;
    const reach = (size! - 1) * dilation! + 1;
    if (reach > extent) fail(`a window of ${reach} is longer than axis ${axis} of [${x!.shape}]`);
    const count = Math.floor((extent - reach) / stride!) + 1;
    return { shape: [...x!.shape.map((n, a) => (a === axis ? count : n)), size!], dtype: x!.dtype };
  },
  read({ strides, offset }, params, output) {
    const { axis, stride, dilation } = params as Record<string, number>;
    const step = strides[axis!]!;
    const moved = [...strides.map((s, a) => (a === axis ? s * stride! : s)), step * dilation!];
    return { shape: output.shape, strides: moved, offset };
  },
  derivative: {
    linear: () => ({
      transpose(cotangent, [x], params) {
        const { axis = 0, size = 1, stride = 1, dilation = 1 } = params as Record<string, number>;
        const places = Array.from({ length: size }, (_, j) => j);
        const parts =
          stride === 1
            ? shifted(cotangent, x!.shape[axis]!, axis, size, dilation)
            : places.map((j) => placed(only(cotangent, j), x!.shape, axis, j * dilation, stride));
        return parts.reduce((sum, part) => sum.add(part));
      },
    }),
  },
};

/** Place `j` of all windows. */
function only(x: Tensor, j: number): Tensor {
  const last = x.rank - 1;
  const stop = x.shape.map((extent, a) => (a === last ? j + 1 : extent));
  return x
    .slice(
      x.shape.map((_, a) => (a === last ? j : 0)),
      stop,
    )
    .reshape(x.shape.slice(0, last));
}

/** The places of the windows along `axis`, each where it belongs in an axis of `extent`. */
function shifted(seen: Tensor, extent: number, axis: number, size: number, dilation: number): Tensor[] {
  const margin = (size - 1) * dilation;
  const wide = seen.shape.map((n, a) => (a === axis ? n + 2 * margin : n));
  const padded = placed(seen, wide, axis, margin, 1);
  return Array.from({ length: size }, (_, j) => {
    const from = margin - j * dilation;
    const place = only(padded, j);
    const start = place.shape.map((_, a) => (a === axis ? from : 0));
    return place.slice(
      start,
      place.shape.map((n, a) => (a === axis ? from + extent : n)),
    );
  });
}

/** `x` in zeros of another shape: from `start` on, every `step`-th entry of one axis. */
function placed(x: Tensor, shape: Shape, axis: number, start: number, step: number): Tensor {
  const along = (value: number, other: number): number[] => shape.map((_, a) => (a === axis ? value : other));
  return x.embed(shape, along(start, 0), along(step, 1));
}
