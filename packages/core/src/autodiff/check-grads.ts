import { interpret } from '../compile/interpret.js';
import { array, isArrayInput, type NdArray } from '../tensor/array.js';
import { check as checkOption, count, oneOf, positive } from '../tensor/checks.js';
import { isFloat } from '../tensor/dtype.js';
import { DownslopeError } from '../tensor/errors.js';
import { sizeOf } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { trace } from '../tensor/trace.js';
import { flatten, singleLeaf } from '../tensor/tree.js';
import type { Values } from '../tensor/values.js';
import { pullBack, pushForward } from './propagate.js';
import { zerosLike } from './zeros.js';

export interface CheckOptions {
  /** How many times to differentiate: 2 (the default) checks the gradient of the gradient too. */
  readonly order?: number;
  /** `'forward'` leaves reverse mode out, which `whileLoop` has not: the second order is that of jvp in jvp (default `'both'`). */
  readonly mode?: 'both' | 'forward';
  /** Relative distance between the points of a difference quotient (default 1e-5). */
  readonly step?: number;
  /** Largest error taken for rounding, relative to the larger of 1 and the value (default 1e-6). */
  readonly tolerance?: number;
}

/** A derivative that is not the slope of its function. */
export class GradientError extends DownslopeError {
  override readonly name = 'GradientError';
}

/**
 * Checks a function's derivatives against difference quotients, in float64 and with the interpreter: forward mode along
 * a direction v against (f(x + hv) − f(x − hv)) / 2h, reverse mode by w·(J v) = (Jᵀ w)·v, and so on for the gradient
 * itself up to `order`.
 *
 * @param f from tensors or trees of tensors to a tensor of any shape
 * @param args a point clear of kinks and jumps
 * @param options `order`; `mode`; `step` and `tolerance`, which few need to change
 * @throws {@link GradientError} saying which derivative is off and by how much
 * @throws when an option is not what it has to be
 * @example
 * ```ts
 * import { checkGrads, type Tensor } from '@downslope/core';
 * checkGrads((x: Tensor, y: Tensor) => x.mul(y).tanh(), [[0.3, -1.2], 0.7]);
 * ```
 */
export function checkGrads<Args extends readonly unknown[]>(
  f: (...args: Args) => Tensor,
  args: { [K in keyof Args]: Values<Args[K]> },
  { order = 2, mode = 'both', step = 1e-5, tolerance = 1e-6 }: CheckOptions = {},
): void {
  checkOption('order', order, count);
  checkOption('mode', mode, oneOf('both', 'forward'));
  checkOption('step', step, positive);
  checkOption('tolerance', tolerance, positive);
  const flat = args.map((arg) => flatten(arg, isArrayInput));
  const xs = flat.flatMap(({ leaves }) => leaves.map((leaf) => inFloat64(array(leaf))));
  const starts = flat.map((_, i) => flat.slice(0, i).reduce((sum, { leaves }) => sum + leaves.length, 0));
  const onLeaves = (leaves: readonly Tensor[]): Tensor => {
    const trees = flat.map((arg, i) => arg.rebuild(leaves.slice(starts[i], starts[i]! + arg.leaves.length)));
    return f(...(trees as unknown as Args));
  };
  check(onLeaves, xs, { order, mode, step, tolerance });
}

type Flat = (xs: readonly Tensor[]) => Tensor;

function check(f: Flat, xs: readonly NdArray[], options: Required<CheckOptions>): void {
  const { order, mode, step, tolerance } = options;
  const smooth = xs.flatMap(({ dtype }, i) => (isFloat(dtype) ? [i] : []));
  const directions = smooth.map((i) => spread(xs[i]!.shape, i + 1));
  const count = xs.length;
  const derivatives = run([...xs, ...directions], (all) => {
    const leaves = all.slice(0, count);
    const wrt = smooth.map((i) => leaves[i]!);
    const vs = all.slice(count);
    const y = f(leaves);
    const w = y.constant(spread(y.shape, 7));
    const forward = pushForward(wrt, vs, [y])[0] ?? zerosLike(y);
    if (mode === 'forward') return [forward];
    const reverse = pullBack([y], [w], wrt).map((bar, i) => (bar ?? zerosLike(wrt[i]!)).mul(vs[i]!).sum());
    return [forward, forward.mul(w).sum(), reverse.reduce((sum, part) => sum.add(part))];
  });
  const [forward, projected, reverse] = derivatives;
  const moved = (sign: number): NdArray[] =>
    xs.map((x, i) => (smooth.includes(i) ? along(x, directions[smooth.indexOf(i)]!, sign * step) : x));
  const ahead = run(moved(1), (all) => [f(all)])[0]!;
  const behind = run(moved(-1), (all) => [f(all)])[0]!;
  forward!.data.forEach((value, i) => {
    compare('forward mode', value, (ahead.data[i]! - behind.data[i]!) / (2 * step), tolerance);
  });
  if (reverse) compare('reverse mode', reverse.data[0]!, projected!.data[0]!, tolerance);
  const next = mode === 'forward' ? change : slope;
  if (order > 1) check((all) => next(f, all, smooth), xs, { ...options, order: order - 1 });
}

/** The change of f along another direction than the one that its own slope is checked along. */
function change(f: Flat, xs: readonly Tensor[], smooth: readonly number[]): Tensor {
  const wrt = smooth.map((i) => xs[i]!);
  const y = f(xs);
  const vs = wrt.map((x, i) => x.constant(spread(x.shape, 11 + i)));
  return pushForward(wrt, vs, [y])[0] ?? zerosLike(y);
}

/** The gradient of w·f, weighed into one number whose own slope can be checked. */
function slope(f: Flat, xs: readonly Tensor[], smooth: readonly number[]): Tensor {
  const wrt = smooth.map((i) => xs[i]!);
  const y = f(xs);
  const bars = pullBack([y], [y.constant(spread(y.shape, 5))], wrt);
  return bars
    .map((bar, i) => (bar ?? zerosLike(wrt[i]!)).mul(wrt[i]!.constant(spread(wrt[i]!.shape, 11 + i))).sum())
    .reduce((sum, part) => sum.add(part));
}

function run(values: readonly NdArray[], f: (xs: readonly Tensor[]) => Tensor[]): NdArray[] {
  return interpret(trace((...xs: Tensor[]) => f(xs), values.map(singleLeaf)).graph, values);
}

function compare(what: string, got: number, expected: number, tolerance: number): void {
  const error = Math.abs(got - expected) / Math.max(1, Math.abs(expected));
  if (!(error <= tolerance))
    throw new GradientError(`${what}: derivative is ${got}, the difference quotient says ${expected}`);
}

const inFloat64 = (x: NdArray): NdArray => (isFloat(x.dtype) ? array(x, { dtype: 'float64' }) : x);

/** Numbers in [−1, 1] without pattern: multiples of the golden ratio, folded. */
function spread(shape: readonly number[], seed: number): NdArray {
  const golden = (Math.sqrt(5) - 1) / 2;
  const data = Float64Array.from(
    { length: sizeOf(shape) },
    (_, i) => 2 * (((i + seed * 13.37) * golden) % 1) - 1,
  );
  return { data, shape, dtype: 'float64' };
}

function along(x: NdArray, v: NdArray, by: number): NdArray {
  return { ...x, data: Float64Array.from(x.data, (value, i) => value + by * v.data[i]!) };
}
