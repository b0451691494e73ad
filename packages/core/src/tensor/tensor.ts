import { type Around, pad, reshaped, sliced, stack, triangle } from './arrange.js';
import { type ArrayInput, array } from './array.js';
import { axesOf, axisOf } from './axes.js';
import { type Check, check, count, integer, list, oneOf } from './checks.js';
import { aDType, type DType, isFloat } from './dtype.js';
import { misuse } from './errors.js';
import type { Builder, Node } from './graph.js';
import { matmul } from './matmul.js';
import { floatBehind, joint, lifted, meet } from './operands.js';
import type { OpName } from './ops/index.js';
import { alongLast, takeAlong, topK } from './order.js';
import type { Params } from './record.js';
import { argMax, fold, logSumExp, softmax } from './reductions.js';
import { type Shape, sameShape, sizeOf } from './shape.js';
import { type Flat, flatten } from './tree.js';

/** What the other operand of a method may be. Plain numbers and lists take on the tensor's element type. */
export type Operand = Tensor | ArrayInput;

/** One axis, several, or (left out) all of them; negative ones count from the end. */
export type Axes = number | readonly number[];

/**
 * A value that will be: a node of the graph that is being traced. Methods add nodes; nothing is computed until the
 * graph runs. Operands are broadcast as in NumPy.
 *
 * Shapes and element types are checked at once, with the line that called. JavaScript's own operators cannot work on
 * what is not yet known and throw: write `x.sub(1).square()` for `(x - 1) ** 2`, and `x.gt(0).where(a, b)` for
 * `x > 0 ? a : b`.
 */
export class Tensor {
  constructor(
    readonly builder: Builder,
    readonly node: Node,
  ) {}

  get shape(): Shape {
    return this.node.shape;
  }
  get dtype(): DType {
    return this.node.dtype;
  }
  get rank(): number {
    return this.node.shape.length;
  }
  /** Number of elements. */
  get size(): number {
    return this.shape.reduce((product, extent) => product * extent, 1);
  }

  // Arithmetic
  add(other: Operand): Tensor {
    return this.#binary('add', other);
  }
  sub(other: Operand): Tensor {
    return this.#binary('sub', other);
  }
  mul(other: Operand): Tensor {
    return this.#binary('mul', other);
  }
  /** True division: integers become float32 first. */
  div(other: Operand): Tensor {
    return this.#float().#binary('div', other, true);
  }
  pow(other: Operand): Tensor {
    return this.#float().#binary('pow', other, true);
  }
  maximum(other: Operand): Tensor {
    return this.#binary('maximum', other);
  }
  minimum(other: Operand): Tensor {
    return this.#binary('minimum', other);
  }
  neg(): Tensor {
    return this.apply('neg');
  }
  abs(): Tensor {
    return this.apply('abs');
  }
  /** −1, 0 or 1. */
  sign(): Tensor {
    return this.apply('sign');
  }
  square(): Tensor {
    return this.mul(this);
  }
  sqrt(): Tensor {
    return this.#float().apply('sqrt');
  }
  /** 1/x */
  reciprocal(): Tensor {
    const x = this.#float();
    return x.like(1).div(x);
  }
  floor(): Tensor {
    return this.#float().apply('floor');
  }
  ceil(): Tensor {
    return this.#float().apply('ceil');
  }
  /** To the nearest integer, halves to even. */
  round(): Tensor {
    return this.#float().apply('round');
  }
  /** The nearest value in [low, high]. */
  clip(low: Operand, high: Operand): Tensor {
    return this.maximum(low).minimum(high);
  }

  // Elementary functions
  exp(): Tensor {
    return this.#float().apply('exp');
  }
  /** eˣ − 1 */
  expm1(): Tensor {
    return this.#float().apply('expm1');
  }
  log(): Tensor {
    return this.#float().apply('log');
  }
  /** ln(1 + x) */
  log1p(): Tensor {
    return this.#float().apply('log1p');
  }
  sin(): Tensor {
    return this.#float().apply('sin');
  }
  cos(): Tensor {
    return this.#float().apply('cos');
  }
  tan(): Tensor {
    return this.#float().apply('tan');
  }
  atan(): Tensor {
    return this.#float().apply('atan');
  }
  tanh(): Tensor {
    return this.#float().apply('tanh');
  }
  erf(): Tensor {
    return this.#float().apply('erf');
  }
  /** 1/(1 + e⁻ˣ) */
  sigmoid(): Tensor {
    return this.#float().apply('sigmoid');
  }
  /** ln(1 + eˣ) */
  softplus(): Tensor {
    return this.#float().apply('softplus');
  }
  /** x·Φ(x), Φ the standard normal distribution function */
  gelu(): Tensor {
    return this.#float().apply('gelu');
  }
  /** max(x, 0) */
  relu(): Tensor {
    return this.#float().apply('relu');
  }

  // Comparisons and choices
  eq(other: Operand): Tensor {
    return this.#binary('eq', other);
  }
  ne(other: Operand): Tensor {
    return this.#binary('ne', other);
  }
  lt(other: Operand): Tensor {
    return this.#binary('lt', other);
  }
  le(other: Operand): Tensor {
    return this.#binary('le', other);
  }
  gt(other: Operand): Tensor {
    return this.like(other).lt(this);
  }
  ge(other: Operand): Tensor {
    return this.like(other).le(this);
  }
  and(other: Operand): Tensor {
    return this.#binary('and', other);
  }
  or(other: Operand): Tensor {
    return this.#binary('or', other);
  }
  not(): Tensor {
    return this.apply('not');
  }
  /**
   * `this ? yes : no`, element by element; `this` must be bool. The branch not taken gets no gradient.
   *
   * A plain number takes on the element type of the other branch. Two of them take that of the floats which the condition
   * was made from, or else of the function's arguments.
   */
  where(yes: Operand, no: Operand): Tensor {
    const known = [yes, no].find((value): value is Tensor => value instanceof Tensor);
    const type = known?.dtype ?? floatBehind(this.node) ?? this.builder.float;
    const lift = (value: Operand): Tensor => this.#lift(value, type);
    const [a, b] = meet('where', lift(yes), lift(no));
    const shape = [a, b].reduce((s, t) => joint('where', s, t.shape), this.shape);
    return this.#make('where', [this.broadcastTo(shape), a.broadcastTo(shape), b.broadcastTo(shape)]);
  }
  cast(dtype: DType): Tensor {
    return dtype === this.dtype ? this : this.apply('cast', { dtype: check('cast: dtype', dtype, aDType) });
  }
  /** The same value, a constant to every derivative. */
  stopGradient(): Tensor {
    return this.apply('stopGradient');
  }

  // Reductions
  sum(axes?: Axes, options?: { keepDims?: boolean }): Tensor {
    return fold(this, 'sum', axes, options);
  }
  max(axes?: Axes, options?: { keepDims?: boolean }): Tensor {
    return fold(this, 'max', axes, options);
  }
  min(axes?: Axes, options?: { keepDims?: boolean }): Tensor {
    return fold(this, 'min', axes, options);
  }
  mean(axes?: Axes, options?: { keepDims?: boolean }): Tensor {
    const total = this.#float().sum(axes, options);
    return total.div(this.size / total.size);
  }
  /** The population variance, mean((x − mean x)²). */
  variance(axes?: Axes, options?: { keepDims?: boolean }): Tensor {
    return this.sub(this.mean(axes, { keepDims: true }))
      .square()
      .mean(axes, options);
  }
  /** √Σx² over all elements; at 0 its gradient is 0, one of the slopes that it has there. */
  norm(): Tensor {
    const total = this.square().sum();
    const zero = total.eq(0);
    return zero.where(0, zero.where(1, total).sqrt());
  }
  /** ln Σ eˣ, shifted by the maximum so that nothing overflows. */
  logSumExp(axes?: Axes, options?: { keepDims?: boolean }): Tensor {
    return logSumExp(this, axes, options?.keepDims ?? false);
  }
  logSoftmax(axis = -1): Tensor {
    return this.sub(this.logSumExp(axis, { keepDims: true }));
  }
  softmax(axis = -1): Tensor {
    return softmax(this, axis);
  }
  /** The index of the first largest element along one axis, as int32; NaN counts as the largest, as in NumPy. */
  argMax(axis = -1): Tensor {
    return argMax(this, axis);
  }

  // Shapes
  /** One extent may be −1: it is worked out. */
  reshape(shape: Shape): Tensor {
    return reshaped(this, shape);
  }
  broadcastTo(shape: Shape): Tensor {
    check('broadcastTo: the shape', shape, list);
    return sameShape(shape, this.shape) ? this : this.apply('broadcast', { shape: [...shape] });
  }
  /** Axes in another order, negative ones counted from the end; left out: reversed. */
  transpose(order: readonly number[] = this.shape.map((_, axis) => -1 - axis)): Tensor {
    const axes = check('transpose: the order', order, list).map((axis) => axisOf(this, axis));
    return this.apply('transpose', { order: axes });
  }
  /** Every `step`-th element from `start` up to, not including, `stop`, on each axis (left out: the whole axis). */
  slice(start: readonly number[], stop: readonly number[] = [], step: readonly number[] = []): Tensor {
    return sliced(this, start, stop, step);
  }
  /** Set into zeros of `shape`, from `start` on, every `step`-th element: the transpose of {@link slice}. */
  embed(shape: Shape, start: readonly number[], step: readonly number[] = shape.map(() => 1)): Tensor {
    return this.apply('embed', { shape: [...shape], start: [...start], step: [...step] });
  }
  flip(axes: Axes): Tensor {
    return this.apply('flip', { axes: axesOf(this, axes) });
  }
  /**
   * Overlapping stretches of `size` elements of an axis, `stride` apart, the elements of one `dilation` apart; they lie
   * along a new last axis. Reductions over it pool, products with it convolve.
   */
  windows(axis: number, size: number, { stride = 1, dilation = 1 } = {}): Tensor {
    return this.apply('windows', { axis: axisOf(this, axis), size, stride, dilation });
  }
  /** A new axis of extent 1. */
  expandDims(axis: number): Tensor {
    const at = axisOf(this, axis, 1);
    return this.reshape([...this.shape.slice(0, at), 1, ...this.shape.slice(at)]);
  }
  /** Joined end to end with others. */
  concat(others: readonly Operand[], axis = 0): Tensor {
    return this.#make('concat', [this, ...this.#all(others)], {
      axis: axisOf(this, axis),
    });
  }

  /** Joined with others of its shape along a new axis. */
  stack(others: readonly Operand[], axis = 0): Tensor {
    return stack([this, ...this.#all(others)], axis);
  }
  /** The axes from `from` on laid out as one. */
  flatten(from = 0): Tensor {
    const at = this.rank === 0 && from === 0 ? 0 : axisOf(this, from);
    return this.reshape([...this.shape.slice(0, at), sizeOf(this.shape.slice(at))]);
  }
  /** With `value` put around: for each axis how many elements before and after, as in `[[0, 0], [1, 2]]`. */
  pad(around: readonly Around[], value = 0): Tensor {
    return pad(this, around, value);
  }
  /** The lower triangle of the last two axes, zeros above: up to `diagonal` places right of the main diagonal. */
  tril(diagonal = 0): Tensor {
    check('tril: diagonal', diagonal, integer);
    return triangle(this, 'tril', (offset) => offset.le(diagonal));
  }
  /** The upper triangle of the last two axes, zeros below: from `diagonal` places right of the main diagonal on. */
  triu(diagonal = 0): Tensor {
    check('triu: diagonal', diagonal, integer);
    return triangle(this, 'triu', (offset) => offset.ge(diagonal));
  }

  // Products and rows
  /**
   * The matrix product over the last two axes, as NumPy's `matmul`: leading axes are batches and broadcast; a vector
   * stands for a row on the left and a column on the right.
   */
  matmul(other: Operand): Tensor {
    return matmul(this, this.like(other));
  }
  /** The primitive behind {@link matmul}: equal batch axes, each operand transposed (its last two axes) on request. */
  dot(other: Tensor, transA = false, transB = false): Tensor {
    return this.#make('dot', meet('dot', this, other), { transA, transB });
  }
  /** Rows (entries of the first axis) picked by an int32 index; an index outside is clamped to the nearest row. */
  gather(index: Operand): Tensor {
    return this.#make('gather', [this, this.#lift(index, 'int32')]);
  }
  /** This tensor's rows added into a table of `rows` zero rows, each at its place in `index`. */
  scatterAdd(index: Operand, rows: number): Tensor {
    return this.#make('scatterAdd', [this, this.#lift(index, 'int32')], { rows });
  }
  /** 1 at the class's place, 0 elsewhere; a last axis of `classes` is added. Classes are int32, counted from 0. */
  oneHot(classes: number, dtype: DType = 'float32'): Tensor {
    check('oneHot: x.dtype', this.dtype, oneOf('int32'));
    check('oneHot: classes', classes, count);
    const index = this.constant(Int32Array.from({ length: classes }, (_, i) => i));
    return this.expandDims(-1).eq(index).cast(dtype);
  }

  // Order
  /** Along one axis, sums of all elements so far; in reverse, from here to the end. */
  cumSum(axis = -1, { reverse = false }: { reverse?: boolean } = {}): Tensor {
    const x = this.dtype === 'bool' ? this.cast('int32') : this;
    return alongLast(x, axisOf(this, axis), (lines) => lines.apply('cumSum', { reverse }));
  }
  /** The places of one axis in ascending order of their elements, as int32. Ties keep their order; NaN comes last. */
  argSort(axis = -1, { descending = false }: { descending?: boolean } = {}): Tensor {
    return alongLast(this, axisOf(this, axis), (lines) => lines.apply('argSort', { descending }));
  }
  /** In ascending order along one axis; NaN comes last. A gradient goes back to where each element was. */
  sort(axis = -1, options?: { descending?: boolean }): Tensor {
    return this.takeAlong(this.argSort(axis, options), axis);
  }
  /**
   * The `k` largest elements along one axis, the largest first, and their places (int32); NaN counts as the largest, as in
   * {@link argMax}.
   */
  topK(k: number, axis = -1): { values: Tensor; indices: Tensor } {
    return topK(this, k, axisOf(this, axis));
  }
  /** Along one axis, the elements at int32 places, whose other axes are this tensor's; places outside are clamped. */
  takeAlong(index: Operand, axis = -1): Tensor {
    return takeAlong(this, this.#lift(index, 'int32'), axisOf(this, axis));
  }

  // Beneath
  /** An array as a constant of this graph, in its own element type. */
  constant(value: ArrayInput): Tensor {
    return new Tensor(this.builder, this.builder.constant(array(value)));
  }
  /** The operand as a tensor; plain numbers and lists take on this tensor's element type. */
  like(other: Operand): Tensor {
    return this.#lift(other, this.dtype);
  }
  /** A node with this tensor as its first input, and as its only one unless there are `others`. */
  apply(op: OpName, params: Params = {}, others: readonly Tensor[] = []): Tensor {
    return this.#make(op, [this, ...others], params);
  }
  /** This tensor as a value of the given graph: that of a body may use those of the graphs around it. */
  within(builder: Builder, user = 'a function'): Tensor {
    const node = builder.own(this);
    if (!node)
      throw misuse(`${user}: a Tensor from another trace was used; pass it in as an argument instead`);
    return node === this.node ? this : new Tensor(builder, node);
  }

  /** Closes `[a, b] = x` and `...x`. */
  get [Symbol.iterator](): undefined {
    throw misuse(
      'a Tensor is not a list: [2, 3] is one vector. Name your parameters, as in ({ a, b }) => a.mul(b) at { a: 2, b: 3 }',
    );
  }

  /** Closes `+`, `<`, `**`, `` `${x}` `` and the like. */
  [Symbol.toPrimitive](): never {
    throw misuse(
      'a Tensor has no value while tracing: use its methods instead of operators, ' +
        'as in x.sub(1).square() for (x - 1) ** 2, x.gt(0).where(a, b) for x > 0 ? a : b, x.exp() for Math.exp(x)',
    );
  }

  #make(op: OpName, inputs: readonly Tensor[], params: Params = {}): Tensor {
    const builder = this.builder.current;
    const nodes = inputs.map((input) => input.within(builder, op).node);
    return new Tensor(builder, builder.node(op, nodes, params));
  }

  #binary(op: OpName, other: Operand, floats = false): Tensor {
    const right = floats ? this.like(other).#float() : this.like(other);
    const [a, b] = meet(op, this, right);
    const shape = joint(op, a.shape, b.shape);
    return this.#make(op, [a.broadcastTo(shape), b.broadcastTo(shape)]);
  }

  #lift(value: Operand, dtype: DType): Tensor {
    if (value instanceof Tensor) return value;
    return this.constant(lifted(value, dtype));
  }

  #all(others: readonly Operand[]): Tensor[] {
    return check('others', others, list).map((other) => this.like(other));
  }

  #float(): Tensor {
    return isFloat(this.dtype) ? this : this.cast('float32');
  }
}

export const isTensor = (value: unknown): value is Tensor => value instanceof Tensor;

export const aTensor: Check = { what: 'a Tensor (x.constant(1) makes one)', holds: isTensor };

/** A tree of tensors taken apart, `what` being how errors call it. */
export const tensorsOf = (tree: unknown, what?: string): Flat<Tensor> =>
  flatten(tree, isTensor, what, `${aTensor.what} or a tree of them`);
