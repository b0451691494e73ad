import type { Move } from '../record.js';
import { wholes } from './define.js';

/**
 * Overlapping stretches of one axis, seen in place through strides: out[…, i, …, j] = x[…, i·stride + j·dilation, …].
 *
 * The transpose adds each window back to where it was seen: one strided array for each place in the window.
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
        const { axis, size, stride, dilation } = params as Record<string, number>;
        const last = cotangent.rank - 1;
        const only = (at: number, value: number, other: number): number[] =>
          cotangent.shape.map((_, a) => (a === at ? value : other));
        const places = Array.from({ length: size! }, (_, j) => {
          const stop = cotangent.shape.map((extent, a) => (a === last ? j + 1 : extent));
          const seen = cotangent.slice(only(last, j, 0), stop).reshape(cotangent.shape.slice(0, last));
          return seen.embed(
            x!.shape,
            only(axis!, j * dilation!, 0).slice(0, last),
            only(axis!, stride!, 1).slice(0, last),
          );
        });
        return places.reduce((sum, place) => sum.add(place));
      },
    }),
  },
  onnx: null,
};
