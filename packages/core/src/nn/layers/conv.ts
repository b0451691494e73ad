import type { NdArray } from '../../tensor/array.js';
import { spelled } from '../../tensor/checks.js';
import { allocate } from '../../tensor/dtype.js';
import { misuse } from '../../tensor/errors.js';
import { sizeOf } from '../../tensor/shape.js';
import { ShapeError } from '../../tensor/shape-error.js';
import { type ConvolveOptions, convolve } from '../convolve.js';
import { zeros } from '../init/constant.js';
import type { Initializer } from '../init/initializer.js';
import { lecun } from '../init/scaled.js';
import { type Model, pathOf } from '../model.js';
import { checkExtent, type DenseParams, type MaybeBiasedParams } from './dense.js';

export interface ConvOptions extends ConvolveOptions {
  /** Channels that come in. */
  readonly inputs: number;
  /** Channels that go out. */
  readonly outputs: number;
  /** The window's extent on each axis: `[5]` for series, `[3, 3]` for images. */
  readonly kernel: readonly number[];
  /** Whether to add a bias (default true). */
  readonly bias?: boolean;
  /** Initial weights (default LeCun's); biases start at zero. */
  readonly init?: Initializer;
}

/**
 * A convolution: each output channel is a sum over a window of all input channels, the same at every place.
 *
 * y[n, o, i] = Σ_c Σ_j x[n, c, i·stride + j·dilation] · w[o, c, j] + b[o]
 *
 * x is [rows, inputs, …extents], the result [rows, outputs, …extents], w [outputs, inputs/groups, …kernel].
 *
 * @param options `inputs`, `outputs`; `kernel`; `stride`; `padding`: `'same'` keeps the extents; `dilation`; `groups`;
 *   `bias`; `init`: He's where ReLU follows
 * @throws when an extent is not a positive integer or the groups do not divide the channels; while tracing, when x has
 *   other channels
 * @example
 * ```ts
 * import { compile, conv, type Tensor } from '@downslope/core';
 * const layer = conv({ inputs: 1, outputs: 8, kernel: [3, 3], padding: 'same' });
 * const apply = compile((params: { w: Tensor; b: Tensor }, x: Tensor) => layer.apply(params, x).relu());
 * const image = [[[[0, 1], [1, 0]]]]; // one row, one channel, 2×2
 * console.log(apply(layer.init({ seed: 1, dtype: 'float64' }), image).shape); // [1, 8, 2, 2]
 * ```
 */
export function conv(options: ConvOptions & { readonly bias?: true }): Model<DenseParams>;
export function conv(options: ConvOptions): Model<MaybeBiasedParams>;
export function conv({
  inputs,
  outputs,
  kernel,
  bias = true,
  init = lecun(),
  ...options
}: ConvOptions): Model<MaybeBiasedParams> {
  const { groups = 1 } = options;
  checkExtent('inputs', inputs);
  checkExtent('outputs', outputs);
  checkExtent('groups', groups);
  if (!Array.isArray(kernel)) throw misuse(`kernel must be a list such as [3, 3], got ${spelled(kernel)}`);
  kernel.forEach((extent, i) => {
    checkExtent(`kernel[${i}]`, extent);
  });
  if (inputs % groups !== 0 || outputs % groups !== 0)
    throw misuse(`groups must divide inputs and outputs, got ${groups} for ${inputs} and ${outputs}`);
  return {
    init({ seed, dtype, name }) {
      const drawn = init([...kernel, inputs / groups, outputs], { seed, dtype, name: pathOf(name, 'w') });
      const w = outputsFirst(drawn);
      return bias ? { w, b: zeros()([outputs], { seed, dtype, name: pathOf(name, 'b') }) } : { w };
    },
    apply({ w, b }, x) {
      if (x.rank !== kernel.length + 2 || x.shape[1] !== inputs)
        throw new ShapeError(
          `conv: made for x of shape [rows, ${inputs}, ${kernel.length} extents], got [${x.shape}]`,
        );
      const y = convolve(x, w, options);
      return b ? y.add(b.reshape([outputs, ...kernel.map(() => 1)])) : y;
    },
  };
}

/** From [...window, inputs, outputs], as initialisers see weights, to [outputs, inputs, ...window]. */
function outputsFirst({ data, shape, dtype }: NdArray): NdArray {
  const window = shape.slice(0, -2);
  const [inputs, outputs] = shape.slice(-2) as [number, number];
  const places = sizeOf(window);
  const turned = allocate(dtype, data.length);
  for (let o = 0; o < outputs; o++)
    for (let c = 0; c < inputs; c++)
      for (let j = 0; j < places; j++)
        turned[(o * inputs + c) * places + j] = data[(j * inputs + c) * outputs + o]!;
  return { data: turned, shape: [outputs, inputs, ...window], dtype };
}
