import type { Move, Params } from '../record.js';
import { sameShape, sizeOf, stridesOf } from '../shape.js';
import { reshaped } from '../view.js';
import { wholes } from './define.js';

const list = (params: Params, key: string): readonly number[] => params[key] as readonly number[];

const product = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, axis) => sum + value * b[axis]!, 0);

export const reshape: Move = {
  kind: 'move',
  doc: 'the same elements in row-major order under another shape',
  infer([x], params, fail) {
    const shape = wholes(params, 'shape', 0, fail);
    if (sizeOf(shape) !== sizeOf(x!.shape))
      fail(`[${x!.shape}] has ${sizeOf(x!.shape)} elements, [${shape}] has ${sizeOf(shape)}`);
    return { shape, dtype: x!.dtype };
  },
  read: (input, params) => reshaped(input, list(params, 'shape')),
  derivative: { linear: () => ({ transpose: (cotangent, [x]) => cotangent.reshape(x!.shape) }) },
};

/** Axes are aligned at the last; an extent of 1 is repeated. */
export const broadcast: Move = {
  kind: 'move',
  doc: 'repeated along new axes and axes of extent 1',
  infer([x], params, fail) {
    const shape = wholes(params, 'shape', 0, fail);
    const lead = shape.length - x!.shape.length;
    if (lead < 0 || x!.shape.some((extent, axis) => extent !== 1 && extent !== shape[lead + axis]))
      fail(`[${x!.shape}] cannot be repeated to [${shape}]`);
    return { shape, dtype: x!.dtype };
  },
  read(input, params) {
    const shape = list(params, 'shape');
    const lead = shape.length - input.shape.length;
    const strides = shape.map((extent, axis) => {
      const own = axis - lead;
      return own < 0 || input.shape[own] !== extent ? 0 : input.strides[own]!;
    });
    return { shape, strides, offset: input.offset };
  },
  derivative: {
    linear: () => ({
      transpose(cotangent, [x]) {
        const lead = cotangent.rank - x!.rank;
        const repeated = cotangent.shape.flatMap((extent, axis) =>
          axis < lead || x!.shape[axis - lead] !== extent ? [axis] : [],
        );
        return cotangent.sum(repeated).reshape(x!.shape);
      },
    }),
  },
};

export const transpose: Move = {
  kind: 'move',
  doc: 'axes in another order: output axis i is input axis order[i]',
  infer([x], params, fail) {
    const order = list(params, 'order');
    if (
      !sameShape(
        [...order].sort((a, b) => a - b),
        x!.shape.map((_, axis) => axis),
      )
    )
      fail(`order [${order}] must name each axis of [${x!.shape}] once`);
    return { shape: order.map((axis) => x!.shape[axis]!), dtype: x!.dtype };
  },
  read: ({ shape, strides, offset }, params) => {
    const order = list(params, 'order');
    return { shape: order.map((a) => shape[a]!), strides: order.map((a) => strides[a]!), offset };
  },
  derivative: {
    linear: () => ({
      transpose: (cotangent, _, params) => {
        const order = list(params, 'order');
        return cotangent.transpose(order.map((_, axis) => order.indexOf(axis)));
      },
    }),
  },
};

export const slice: Move = {
  kind: 'move',
  doc: 'every step-th element from start up to, not including, stop, on each axis',
  infer([x], params, fail) {
    const [start, stop, step] = [list(params, 'start'), list(params, 'stop'), list(params, 'step')];
    const shape = x!.shape.map((extent, axis) => {
      const [from, to, by] = [start[axis]!, stop[axis]!, step[axis]!];
      if (!(from >= 0 && to <= extent && from <= to && by >= 1 && [from, to, by].every(Number.isInteger)))
        fail(`${from}…${to} by ${by} does not lie within axis ${axis} of [${x!.shape}]`);
      return Math.ceil((to - from) / by);
    });
    return { shape, dtype: x!.dtype };
  },
  read({ strides, offset }, params, output) {
    const step = list(params, 'step');
    return {
      shape: output.shape,
      strides: strides.map((stride, axis) => stride * step[axis]!),
      offset: offset + product(list(params, 'start'), strides),
    };
  },
  derivative: {
    linear: () => ({
      transpose: (cotangent, [x], params) =>
        cotangent.embed(x!.shape, list(params, 'start'), list(params, 'step')),
    }),
  },
};

/** The transpose of `slice`. */
export const embed: Move = {
  kind: 'move',
  doc: 'set into zeros of a larger shape, from start on, every step-th element',
  infer([x], params, fail) {
    const rank = x!.shape.length;
    const shape = wholes(params, 'shape', 0, fail, rank);
    const start = wholes(params, 'start', 0, fail, rank);
    const step = wholes(params, 'step', 1, fail, rank);
    x!.shape.forEach((extent, axis) => {
      const last = start[axis]! + (extent - 1) * step[axis]!;
      if (last >= shape[axis]!)
        fail(`[${x!.shape}] from [${start}] by [${step}] does not fit into [${shape}]`);
    });
    return { shape, dtype: x!.dtype };
  },
  place([x], params) {
    const strides = stridesOf(list(params, 'shape'));
    const step = list(params, 'step');
    const offset = product(list(params, 'start'), strides);
    return [{ shape: x!.shape, strides: strides.map((stride, axis) => stride * step[axis]!), offset }];
  },
  derivative: {
    linear: () => ({
      transpose(cotangent, [x], params) {
        const [start, step] = [list(params, 'start'), list(params, 'step')];
        const stop = x!.shape.map((extent, axis) =>
          extent === 0 ? start[axis]! : start[axis]! + (extent - 1) * step[axis]! + 1,
        );
        return cotangent.slice(start, stop, step);
      },
    }),
  },
};

export const flip: Move = {
  kind: 'move',
  doc: 'in reverse order along axes',
  infer: ([x]) => x!,
  read({ shape, strides, offset }, params) {
    const axes = list(params, 'axes');
    const moved = axes.reduce((sum, axis) => sum + (shape[axis]! - 1) * strides[axis]!, offset);
    return { shape, strides: strides.map((s, axis) => (axes.includes(axis) ? -s : s)), offset: moved };
  },
  derivative: {
    linear: () => ({ transpose: (cotangent, _, params) => cotangent.flip(list(params, 'axes')) }),
  },
};

/** Where each part begins: the sum of the extents before it. */
const starts = (extents: readonly number[]): number[] =>
  extents.map((_, i) => extents.slice(0, i).reduce((sum, extent) => sum + extent, 0));

export const concat: Move = {
  kind: 'move',
  doc: 'joined end to end along one axis',
  infer(inputs, params, fail) {
    const axis = params.axis as number;
    const first = inputs[0]!;
    for (const { shape, dtype } of inputs) {
      if (dtype !== first.dtype) fail(`mixes ${first.dtype} and ${dtype}`);
      if (shape.length !== first.shape.length || shape.some((n, a) => a !== axis && n !== first.shape[a]))
        fail(`[${first.shape}] and [${shape}] differ on another axis than ${axis}`);
    }
    const total = inputs.reduce((sum, { shape }) => sum + shape[axis]!, 0);
    return { shape: first.shape.map((n, a) => (a === axis ? total : n)), dtype: first.dtype };
  },
  place(inputs, params, output) {
    const axis = params.axis as number;
    const strides = stridesOf(output.shape);
    const at = starts(inputs.map(({ shape }) => shape[axis]!));
    return inputs.map(({ shape }, i) => ({ shape, strides, offset: at[i]! * strides[axis]! }));
  },
  derivative: {
    linear: (input) => ({
      apply(tangent, xs, params) {
        const axis = params.axis as number;
        const at = starts(xs.map((x) => x.shape[axis]!))[input]!;
        const total = xs.reduce((sum, x) => sum + x.shape[axis]!, 0);
        const shape = tangent.shape.map((n, a) => (a === axis ? total : n));
        return tangent.embed(
          shape,
          shape.map((_, a) => (a === axis ? at : 0)),
        );
      },
      transpose(cotangent, xs, params) {
        const axis = params.axis as number;
        const at = starts(xs.map((x) => x.shape[axis]!))[input]!;
        const start = cotangent.shape.map((_, a) => (a === axis ? at : 0));
        const stop = cotangent.shape.map((n, a) => (a === axis ? at + xs[input]!.shape[axis]! : n));
        return cotangent.slice(start, stop);
      },
    }),
  },
};
