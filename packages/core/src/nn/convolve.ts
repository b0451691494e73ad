import { misuse } from '../tensor/errors.js';
import { ShapeError } from '../tensor/shape-error.js';
import type { Tensor } from '../tensor/tensor.js';

export interface ConvolveOptions {
  /** Distance from one window to the next, for all axes or each (default 1). */
  readonly stride?: number | readonly number[];
  /** Zeros put around the input: a number for all axes or each, or `'same'` for ⌈extent/stride⌉ outputs (default 0). */
  readonly padding?: number | readonly number[] | 'same';
  /** Distance between the elements of a window (default 1). */
  readonly dilation?: number | readonly number[];
  /** Channels are dealt out to so many convolutions side by side (default 1). */
  readonly groups?: number;
}

/**
 * Convolution (in truth cross-correlation, as everywhere in this field) over any number of axes.
 *
 * y[n, o, i] = Σ_c Σ_j x[n, c, i·stride + j·dilation] · w[o, c, j]
 *
 * It is a view of all windows, copied into a matrix for each row and multiplied by the weights; so are both its gradients.
 *
 * @param x [rows, channels, …extents]
 * @param w [outputs, channels / groups, …sizes]; one size for 1-D, two for images
 * @param options `stride`, `padding`, `dilation`, `groups`
 * @returns [rows, outputs, …extents]
 * @throws when ranks or channels do not fit, or a window is longer than its padded axis
 * @example
 * ```ts
 * import { compile, convolve, type Tensor } from '@downslope/core';
 * const edges = compile((x: Tensor) => convolve(x, x.constant([[[-1, 1]]])));
 * console.log(edges([[[0, 0, 1, 1, 0]]]).data); // 0 1 0 -1
 * ```
 */
export function convolve(x: Tensor, w: Tensor, options: ConvolveOptions = {}): Tensor {
  const axes = w.rank - 2;
  const { groups = 1 } = options;
  const [rows, channels] = x.shape as [number, number];
  const [outputs, perGroup, ...sizes] = w.shape as [number, number, ...number[]];
  if (axes < 1 || x.rank !== w.rank)
    throw new ShapeError(
      `convolve: x [${x.shape}] and w [${w.shape}] must have the same number of axes, three or more`,
    );
  if (perGroup * groups !== channels || outputs % groups !== 0)
    throw new ShapeError(
      `convolve: w [${w.shape}] in ${groups} groups does not fit x [${x.shape}] with ${channels} channels`,
    );
  const stride = each('stride', options.stride ?? 1, axes, 1);
  const dilation = each('dilation', options.dilation ?? 1, axes, 1);
  const around = paddingOf(x, sizes, stride, dilation, options.padding ?? 0);
  const padded = x.pad([[0, 0], [0, 0], ...around]);
  // A view: [rows, channels, …sizes, …places]. Neighbours stay side by side, in it and in its gradient.
  const seen = sizes.reduce((view, size, i) => {
    const axis = 2 + 2 * i;
    const windows = view.windows(axis, size, { stride: stride[i]!, dilation: dilation[i]! });
    return moved(windows, view.rank, 2 + i);
  }, padded);
  const places = seen.shape.slice(2 + axes);
  const inner = perGroup * product(sizes);
  const matrix = seen.reshape([rows, groups, inner, product(places)]);
  const weights = w.reshape([1, groups, outputs / groups, inner]);
  return weights
    .broadcastTo([rows, groups, outputs / groups, inner])
    .dot(matrix)
    .reshape([rows, outputs, ...places]);
}

/**
 * The largest element of each window.
 *
 * @param x [rows, channels, …extents]
 * @param size of a window, for all axes or each
 * @param options `stride` (default: the size, so that windows do not overlap); `padding`: places that are put around and
 *   never are the largest
 * @throws when the padding is more than half a window, or a window is longer than its padded axis
 * @example
 * ```ts
 * import { compile, maxPool, type Tensor } from '@downslope/core';
 * console.log(compile((x: Tensor) => maxPool(x, 2))([[[1, 5, 2, 3]]]).data); // 5 3
 * ```
 */
export const maxPool = (x: Tensor, size: number | readonly number[], options: PoolOptions = {}): Tensor =>
  pooled(x, size, options, Number.NEGATIVE_INFINITY, (seen, axis) => seen.max(axis));

/**
 * The mean of each window; otherwise as {@link maxPool}.
 *
 * @param options also `countPadding`: whether the zeros of the padding count (default true, as in PyTorch; Keras leaves them
 *   out)
 */
export function averagePool(
  x: Tensor,
  size: number | readonly number[],
  { countPadding = true, ...options }: AveragePoolOptions = {},
): Tensor {
  const mean = (x: Tensor): Tensor => pooled(x, size, options, 0, (seen, axis) => seen.mean(axis));
  if (countPadding) return mean(x);
  const share = mean(x.like(1).broadcastTo([1, 1, ...x.shape.slice(2)]));
  return mean(x).div(share);
}

/** The mean over all places of each channel: [rows, channels, …extents] to [rows, channels]. */
export const globalAveragePool = (x: Tensor): Tensor => x.mean(range(2, x.rank - 2));

/** The largest of all places of each channel: [rows, channels, …extents] to [rows, channels]. */
export const globalMaxPool = (x: Tensor): Tensor => x.max(range(2, x.rank - 2));

export interface PoolOptions {
  readonly stride?: number | readonly number[];
  /** Places put around: a number for all axes or each, or `'same'` for ⌈extent/stride⌉ outputs (default 0). */
  readonly padding?: number | readonly number[] | 'same';
}

export interface AveragePoolOptions extends PoolOptions {
  readonly countPadding?: boolean;
}

function pooled(
  x: Tensor,
  size: number | readonly number[],
  options: PoolOptions,
  outside: number,
  fold: (seen: Tensor, axis: number) => Tensor,
): Tensor {
  const axes = x.rank - 2;
  const sizes = each('size', size, axes, 1);
  const strides = each('stride', options.stride ?? sizes, axes, 1);
  const around = paddingOf(
    x,
    sizes,
    strides,
    sizes.map(() => 1),
    options.padding ?? 0,
  );
  around.forEach(([before], i) => {
    if (2 * before > sizes[i]!)
      throw misuse(`padding must be at most half a window, got ${before} for a window of ${sizes[i]}`);
  });
  const padded = x.pad([[0, 0], [0, 0], ...around], outside);
  // The largest of the largest is the largest, and so with means: one axis after another.
  return sizes.reduce((seen, size, i) => fold(stretches(seen, i + 2, size, strides[i]!), i + 3), padded);
}

/** The windows of an axis, the elements of each along a new axis right after it. */
function stretches(x: Tensor, axis: number, size: number, stride: number): Tensor {
  const extent = x.shape[axis]!;
  // Where windows are tiles, the axis is only seen as two, and the gradient needs no adding up.
  if (stride === size && extent % size === 0)
    return x.reshape([...x.shape.slice(0, axis), extent / size, size, ...x.shape.slice(axis + 1)]);
  const after = range(axis + 1, x.rank - axis - 1);
  return x.windows(axis, size, { stride }).transpose([...range(0, axis + 1), x.rank, ...after]);
}

/** How much to put around each of the axes after the first two. */
function paddingOf(
  x: Tensor,
  sizes: readonly number[],
  stride: readonly number[],
  dilation: readonly number[],
  padding: number | readonly number[] | 'same',
): (readonly [before: number, after: number])[] {
  const extents = x.shape.slice(2);
  if (padding !== 'same') return each('padding', padding, extents.length, 0).map((n) => [n, n]);
  return extents.map((n, i) => {
    const reach = dilation[i]! * (sizes[i]! - 1) + 1;
    const total = Math.max(0, (Math.ceil(n / stride[i]!) - 1) * stride[i]! + reach - n);
    return [Math.floor(total / 2), Math.ceil(total / 2)];
  });
}

function each(
  name: string,
  value: number | readonly number[],
  count: number,
  least: number,
): readonly number[] {
  const list = typeof value === 'number' ? new Array<number>(count).fill(value) : value;
  if (list.length !== count || !list.every((n) => Number.isInteger(n) && n >= least))
    throw misuse(`${name} must be an integer ≥ ${least}, or one for each of ${count} axes, got [${list}]`);
  return list;
}

/** With the axis `from` set in at place `to`. */
function moved(x: Tensor, from: number, to: number): Tensor {
  const order = range(0, x.rank).filter((axis) => axis !== from);
  return x.transpose([...order.slice(0, to), from, ...order.slice(to)]);
}

const product = (extents: readonly number[]): number => extents.reduce((a, b) => a * b, 1);

const range = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from + i);
