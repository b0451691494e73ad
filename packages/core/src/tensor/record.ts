import type { DType, TypedArray } from './dtype.js';
import type { Graph } from './graph.js';
import type { Shape } from './shape.js';
import type { Tensor } from './tensor.js';
import type { View } from './view.js';

/** What is known of a value before anything runs. */
export interface Spec {
  readonly shape: Shape;
  readonly dtype: DType;
}

/**
 * Structural parameters of a node: part of the graph's text, never inputs of the program. Numbers are whole, so that equal
 * text means equal parameters. A graph among them is a body.
 */
export type Params = Readonly<Record<string, number | boolean | string | readonly number[] | Graph>>;

/** A value in a compiled loop: one scalar, or one vector's worth of neighbours. Opaque to records. */
export interface Lane {
  readonly dtype: DType;
}

/** Elementary functions that a program brings along as functions of its own. */
export type MathName =
  | 'exp'
  | 'expm1'
  | 'log'
  | 'log1p'
  /** log1p from 0 to 1 */
  | 'log1pUnit'
  | 'pow'
  | 'sin'
  | 'cos'
  | 'tan'
  | 'atan'
  | 'tanh'
  /** of x and e^(−x²), which its derivative also needs */
  | 'erf'
  /** of x and e^(−x²/2), likewise */
  | 'normalCdf';

/** float16 in float32 lanes: rounded to it; its bits in the lower half of each lane; from there. */
export type HalfName = 'roundHalf' | 'halfBits' | 'ofHalfBits';

/**
 * What an elementwise record writes its loop body against; the compiler implements it once for scalars and once
 * for vectors. Operands of one call share a dtype; comparisons give `bool`.
 */
export interface Emit {
  constant(value: number, dtype: DType): Lane;
  add(a: Lane, b: Lane): Lane;
  sub(a: Lane, b: Lane): Lane;
  mul(a: Lane, b: Lane): Lane;
  div(a: Lane, b: Lane): Lane;
  /** NaN if either operand is; −0 < +0. */
  min(a: Lane, b: Lane): Lane;
  max(a: Lane, b: Lane): Lane;
  neg(a: Lane): Lane;
  abs(a: Lane): Lane;
  sqrt(a: Lane): Lane;
  floor(a: Lane): Lane;
  ceil(a: Lane): Lane;
  /** To the nearest integer, halves to even. */
  nearest(a: Lane): Lane;
  eq(a: Lane, b: Lane): Lane;
  ne(a: Lane, b: Lane): Lane;
  lt(a: Lane, b: Lane): Lane;
  le(a: Lane, b: Lane): Lane;
  and(a: Lane, b: Lane): Lane;
  or(a: Lane, b: Lane): Lane;
  not(a: Lane): Lane;
  /** `condition ? a : b`, lane by lane. */
  select(condition: Lane, a: Lane, b: Lane): Lane;
  cast(a: Lane, dtype: DType): Lane;
  /** The same bits as float32 or int32. */
  bits(a: Lane, dtype: 'float32' | 'int32'): Lane;
  math(name: MathName | HalfName, ...args: Lane[]): Lane;
}

/** ∂out/∂xᵢ, in terms of the inputs and of the output (which a reduction gets repeated to its input's shape). */
export type LocalDerivative = (xs: readonly Tensor[], y: Tensor, params: Params) => Tensor | number;

/**
 * How an op is differentiated; forward and reverse mode are both read off this.
 *
 * - `partials`: out changes by `Σᵢ ∂out/∂xᵢ · dxᵢ` element by element (for a reduction: summed over its axes).
 *   `null` marks an input without derivative.
 * - `linear`: the op is linear in each input for which the function answers. `transpose` carries the output's cotangent back to that
 *   input; `apply` carries its tangent forward (default: the op itself, with that input replaced).
 * - `differential`: out changes by a linear map of each input's change that depends on where one is: the map, and its
 *   transpose.
 * - `bodies`: by differentiating the bodies, as `autodiff/control.ts` says for each op with bodies.
 * - `none`: the derivative is zero or undefined wherever one could ask; `none` says why.
 */
export type Derivative =
  | { readonly partials: readonly (LocalDerivative | null)[] }
  | { readonly linear: (input: number) => LinearInput | null }
  | { readonly differential: (input: number) => Differential }
  | { readonly bodies: true }
  | { readonly none: string };

export interface LinearInput {
  transpose(cotangent: Tensor, xs: readonly Tensor[], params: Params): Tensor;
  apply?(tangent: Tensor, xs: readonly Tensor[], params: Params): Tensor;
}

/** The linear map from the change of one input to that of the output `y`, and its transpose. */
export interface Differential {
  apply(tangent: Tensor, xs: readonly Tensor[], y: Tensor, params: Params): Tensor;
  transpose(cotangent: Tensor, xs: readonly Tensor[], y: Tensor, params: Params): Tensor;
}

interface Common {
  /** One line for the list of ops. */
  readonly doc: string;
  /** The shape rule. Throws an {@link ShapeError} through `fail` when the inputs do not fit. */
  infer(inputs: readonly Spec[], params: Params, fail: (why: string) => never): Spec;
  readonly derivative: Derivative;
}

/** Out is computed element by element from inputs of its own shape. */
export interface Elementwise extends Common {
  readonly kind: 'elementwise';
  reference(xs: readonly number[], params: Params, out: DType): number;
  emit(e: Emit, xs: readonly Lane[], out: DType, params: Params): Lane;
}

/** Some axes of the one input are folded away; `params.axes` are sorted. */
export interface Reduce extends Common {
  readonly kind: 'reduce';
  identity(dtype: DType): number;
  /** The element type that a running value is kept in. */
  accumulator(dtype: DType): DType;
  reference(a: number, b: number): number;
  emit(e: Emit, a: Lane, b: Lane): Lane;
}

/** Elements only change their place. */
export interface Move extends Common {
  readonly kind: 'move';
  /** Where the output's elements stand in the input's buffer; `undefined` when no strides say so. */
  read?(input: View, params: Params, output: Spec): View | undefined;
  /** Where each input's elements stand in the output's buffer; the rest of it is zero. */
  place?(inputs: readonly Spec[], params: Params, output: Spec): readonly View[];
}

/** Batched matrix products. */
export interface Contract extends Common {
  readonly kind: 'contract';
}

/** Rows picked, or added, by an int32 index. Indices outside are clamped to the nearest row. */
export interface Indexed extends Common {
  readonly kind: 'indexed';
  reference(xs: readonly TypedArray[], specs: readonly Spec[], out: TypedArray, output: Spec): void;
}

/** Random numbers: a pure function of a seed, a step (float64 scalars), `params.name` and the element's place. */
export interface Random extends Common {
  readonly kind: 'random';
  reference(xs: readonly TypedArray[], params: Params, out: TypedArray, output: Spec): void;
}

/** Each line along the last axis is turned into a line of the same length, by itself. */
export interface Line extends Common {
  readonly kind: 'line';
  reference(x: TypedArray, params: Params, out: TypedArray): void;
}

/** Factorisations and solutions of small dense matrices: the last two axes, batched over those before. */
export interface Linalg extends Common {
  readonly kind: 'linalg';
  /** Of one of the batch: matrices as rows of numbers. */
  reference(xs: readonly Matrix[], params: Params): Matrix;
}

export type Matrix = number[][];

/** Runs a body on the values of its inputs. */
export type RunBody = (body: Graph, xs: readonly TypedArray[]) => TypedArray[];

/**
 * Bodies (graphs among the parameters) are run never, once or many times. Such a node has several results, which `part`
 * nodes name; its own shape says how many. Bodies see nothing but their inputs. What a node's bodies give that nobody
 * asks for is not worked out, except for the first `params.carries` outputs of each, which its next turn needs.
 */
export interface Control extends Common {
  readonly kind: 'control';
  /** What the parts are. */
  parts(params: Params): readonly Spec[];
  reference(xs: readonly TypedArray[], params: Params, run: RunBody): readonly TypedArray[];
}

/** One result of a node with several: number `params.index`. */
export interface Part extends Common {
  readonly kind: 'part';
}

export type OpRecord =
  | Elementwise
  | Reduce
  | Move
  | Contract
  | Indexed
  | Random
  | Line
  | Linalg
  | Control
  | Part;

export type Kind = OpRecord['kind'];
