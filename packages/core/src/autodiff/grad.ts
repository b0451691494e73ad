import { compile } from '../compile/compile.js';
import { type ArrayInput, isArrayInput, type NdArray } from '../tensor/array.js';
import { aFunction, check } from '../tensor/checks.js';
import { isFloat } from '../tensor/dtype.js';
import { misuse } from '../tensor/errors.js';
import { sameShape } from '../tensor/shape.js';
import { isTensor, Tensor, tensorsOf } from '../tensor/tensor.js';
import { type Flat, flatten, mapTree } from '../tensor/tree.js';
import type { Like, Values } from '../tensor/values.js';
import { pullBack, pushForward } from './propagate.js';
import { zerosLike } from './zeros.js';

type All<Args extends readonly unknown[]> = { [K in keyof Args]: Values<Args[K]> };

/** The gradient of a function, itself a function: of tensors while tracing, of numbers and arrays otherwise. */
export interface Gradient<P, Rest extends readonly unknown[]> {
  <V extends Values<P>>(params: V, ...rest: All<Rest>): Like<V>;
  (params: P, ...rest: Rest): P;
}

export interface ValueAndGradient<P, Rest extends readonly unknown[]> {
  <V extends Values<P>>(params: V, ...rest: All<Rest>): [value: number, gradient: Like<V>];
  (params: P, ...rest: Rest): [value: Tensor, gradient: P];
}

/**
 * The value and the gradient of a scalar function with respect to its first argument, by reverse mode: all partial
 * derivatives for about the cost of a few evaluations.
 *
 * @param f takes tensors (a tensor or a tree of them first) and returns a scalar tensor. Name your parameters, as in
 *   `({ a, b }) => …`: a list such as `[2, 3]` is one vector
 * @returns a function that gives `[f(x), ∇f(x)]`; the gradient has the form of the first argument. Called with numbers or
 *   arrays it is compiled; called with tensors inside another traced function it becomes a part of that, so that
 *   gradients of gradients work
 * @throws when `f` does not return a scalar
 * @example
 * ```ts
 * import { type Tensor, valueAndGrad } from '@downslope/core';
 * const f = valueAndGrad((x: Tensor) => x.square().sub(x.mul(4)).add(5));
 * console.log(f(3)); // [2, 2]
 * ```
 */
export function valueAndGrad<P, Rest extends readonly unknown[]>(
  f: (params: P, ...rest: Rest) => Tensor,
): ValueAndGradient<P, Rest> {
  check('f', f, aFunction);
  const traced = (params: unknown, ...rest: unknown[]): [Tensor, unknown] => {
    const marked = mark(params);
    const value = f(marked.tree as P, ...(rest as unknown as Rest));
    return [value, marked.rebuild(reverse(value, marked.leaves))];
  };
  const compiled = compile(traced as (...args: Tensor[]) => [Tensor, Tensor]);
  const both = (...args: unknown[]): unknown => {
    if (hasTensor(args)) return traced(...(lift(args) as [unknown, ...unknown[]]));
    const [value, gradient] = compiled(...(args as ArrayInput[]));
    return [value.data[0], numbersLike(gradient, args[0])];
  };
  return both as ValueAndGradient<P, Rest>;
}

/**
 * The gradient of a scalar function with respect to its first argument: {@link valueAndGrad} without the value.
 *
 * @example
 * ```ts
 * import { grad, type Tensor } from '@downslope/core';
 * const slope = grad((x: Tensor) => x.pow(3));
 * const curvature = grad((x: Tensor) => slope(x));
 * console.log(slope(2), curvature(2)); // 12 12
 * ```
 */
export function grad<P, Rest extends readonly unknown[]>(
  f: (params: P, ...rest: Rest) => Tensor,
): Gradient<P, Rest> {
  const both = valueAndGrad(f) as (...args: unknown[]) => [unknown, unknown];
  return ((...args: unknown[]) => both(...args)[1]) as unknown as Gradient<P, Rest>;
}

/**
 * The value of `f` at `x` and its derivative in the direction `v`, by forward mode: (f(x), ∂f(x)·v).
 *
 * @param f from a tensor or tree of tensors to a tensor of any shape. It is compiled once and must not depend on anything
 *   that changes from call to call but its argument: a variable around it keeps the value that it had at first
 * @param x where, in the form that `f` takes
 * @param v the direction, with the names and shapes of `x`
 * @throws when names or shapes of `v` are not those of `x`
 * @example
 * ```ts
 * import { jvp, type Tensor } from '@downslope/core';
 * const [y, dy] = jvp((x: Tensor) => x.square(), [1, 2, 3], [1, 0, 1]);
 * console.log(y.data, dy.data); // 1 4 9, 2 0 6
 * ```
 */
export function jvp<P>(
  f: (x: P) => Tensor,
  x: Values<P>,
  v: Values<P>,
): [value: NdArray, derivative: NdArray];
export function jvp<P>(f: (x: P) => Tensor, x: P, v: P): [value: Tensor, derivative: Tensor];
export function jvp(f: (x: never) => Tensor, x: unknown, v: unknown): unknown {
  return onArraysToo(f, jvps, alongDirection)(x, v);
}

const jvps: Compiled = new WeakMap();

const alongDirection: Directional = (f) => (x, v) => {
  const marked = mark(x);
  const value = f(marked.tree as never);
  const [derivative] = pushForward(marked.leaves, directionOf(marked, v), [value]);
  return [value, derivative ?? zerosLike(value)];
};

/**
 * The Hessian of a scalar function times a vector, H(x)·v = ∂/∂ε ∇f(x + εv), without forming H: forward mode over
 * reverse mode, for about twice the cost of a gradient.
 *
 * @param f as for {@link jvp}, but to a scalar; compiled once, so that it must not depend on anything else that changes
 * @param v with the names and shapes of `x`
 * @returns a tree of the form of `x`
 * @throws when names or shapes of `v` are not those of `x`
 * @example
 * ```ts
 * import { hvp, type Tensor } from '@downslope/core';
 * console.log(hvp((x: Tensor) => x.pow(3).sum(), [1, 2], [1, 1]).data); // 6 12
 * ```
 */
export function hvp<P, V extends Values<P>>(f: (x: P) => Tensor, x: V, v: V): Like<V>;
export function hvp<P>(f: (x: P) => Tensor, x: P, v: P): P;
export function hvp(f: (x: never) => Tensor, x: unknown, v: unknown): unknown {
  const product = onArraysToo(f, hvps, hessianTimes)(x, v);
  return hasTensor([x, v]) ? product : numbersLike(product, x);
}

const hvps: Compiled = new WeakMap();

const hessianTimes: Directional = (f) => (x, v) => {
  const marked = mark(x);
  const gradient = reverse(f(marked.tree as never), marked.leaves);
  const tangents = pushForward(marked.leaves, directionOf(marked, v), gradient);
  return marked.rebuild(tangents.map((tangent, i) => tangent ?? zerosLike(marked.leaves[i]!)));
};

/** Something of a point and a direction, made from a function. */
type Directional = (f: (x: never) => Tensor) => (x: unknown, v: unknown) => unknown;
type Compiled = WeakMap<object, (x: unknown, v: unknown) => unknown>;

/** Traced when called with tensors; otherwise compiled, once for each function. */
function onArraysToo(f: (x: never) => Tensor, known: Compiled, make: Directional): ReturnType<Directional> {
  return (x, v) => {
    if (hasTensor([x, v])) return make(f)(...(lift([x, v]) as [unknown, unknown]));
    const compiled = known.get(f) ?? (compile(make(f)) as ReturnType<Directional>);
    known.set(f, compiled);
    return compiled(x, v);
  };
}

/** The direction's leaves in the order of the point's. */
function directionOf({ names, leaves }: Flat<Tensor>, v: unknown): Tensor[] {
  const given = tensorsOf(v, 'the direction');
  const extra = given.names.find((name) => !names.includes(name));
  if (extra !== undefined)
    throw misuse(`the direction has ${extra || 'a single array'}, which the point lacks`);
  return leaves.map(({ shape }, i) => {
    const name = names[i]!;
    const found = given.leaves[given.names.indexOf(name)];
    if (!found) throw misuse(`the direction lacks ${name || 'a single array'}, which the point has`);
    if (!sameShape(found.shape, shape))
      throw misuse(
        `the direction${name && `'s ${name}`} has shape [${found.shape}], the point has [${shape}]`,
      );
    return found;
  });
}

/** Each leaf under a name of its own, so that only this use of it counts for the derivative. */
function mark(params: unknown): Flat<Tensor> & { readonly tree: unknown } {
  const flat = tensorsOf(params);
  if (flat.leaves.length === 0)
    throw misuse('nothing to differentiate with respect to: there are no parameters');
  const leaves = flat.leaves.map((leaf) => leaf.apply('mark', { id: leaf.builder.unique() }));
  leaves.forEach(({ dtype }, i) => {
    if (!isFloat(dtype))
      throw misuse(
        `cannot differentiate with respect to ${flat.names[i] || 'an argument'} of type ${dtype}; use a float type`,
      );
  });
  return { ...flat, leaves, tree: flat.rebuild(leaves) };
}

/** @throws when it is no scalar tensor, and so no value to be differentiated */
export function scalarOf(value: unknown): Tensor {
  if (!isTensor(value))
    throw misuse(
      `expected f to return a Tensor, got ${String(value)}${Number.isNaN(value) ? ': a Tensor has methods in place of operators and indices; name the parts, as in { x, y }, for x.square().add(y)' : ''}`,
    );
  if (value.rank > 0)
    throw misuse(
      `expected f to return a scalar to differentiate, got shape [${value.shape}]; reduce it, as in .mean()`,
    );
  return value;
}

function reverse(value: Tensor, leaves: readonly Tensor[]): Tensor[] {
  scalarOf(value);
  const gradients = pullBack([value], [value.like(1)], leaves);
  return gradients.map((gradient, i) => gradient ?? zerosLike(leaves[i]!));
}

const isLeaf = (value: unknown): value is Tensor | ArrayInput => isTensor(value) || isArrayInput(value);

const hasTensor = (args: readonly unknown[]): boolean =>
  args.some((arg) => flatten(arg, isLeaf).leaves.some(isTensor));

/** Arrays among tensors become constants of the same trace. */
function lift(args: readonly unknown[]): unknown[] {
  const tensor = args.flatMap((arg) => flatten(arg, isLeaf).leaves).find(isTensor) as Tensor;
  return args.map((arg) =>
    mapTree(arg, isLeaf, (leaf) => (leaf instanceof Tensor ? leaf : tensor.constant(leaf))),
  );
}

/** Where the user gave a plain number, a plain number comes back. */
function numbersLike(results: unknown, given: unknown): unknown {
  const { leaves, rebuild } = flatten(given, isArrayInput);
  const arrays = flatten(
    results,
    (value): value is NdArray => typeof value === 'object' && value !== null && 'dtype' in value,
  );
  return rebuild(arrays.leaves.map((result, i) => (typeof leaves[i] === 'number' ? result.data[0] : result)));
}
