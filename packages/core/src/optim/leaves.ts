import { type NdArray, zeros } from '../tensor/array.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Context, Leaves, Schedulable, State, Transform } from './transform.js';

/** The same names with other values. */
export const mapLeaves = <T, Other>(
  leaves: Leaves<T>,
  change: (leaf: T, name: string) => Other,
): Leaves<Other> =>
  Object.fromEntries(Object.entries(leaves).map(([name, leaf]) => [name, change(leaf, name)]));

/** The parameters after a step. */
export const applyUpdates = (params: Leaves<Tensor>, updates: Leaves<Tensor>): Leaves<Tensor> =>
  mapLeaves(params, (param, name) => param.add(updates[name]!));

/** The sum, over all elements of all leaves, of what a rule makes of each leaf; in float64. */
const sumOver = (leaves: Leaves<Tensor>, rule: (leaf: Tensor, name: string) => Tensor): Tensor =>
  Object.entries(leaves)
    .map(([name, leaf]) => rule(leaf, name).sum().cast('float64'))
    .reduce((sum, part) => sum.add(part));

/** Σ|x| over all leaves, in float64. */
export const sumOfAbs = (leaves: Leaves<Tensor>): Tensor => sumOver(leaves, (x) => x.abs());

/** The length of all leaves as one vector: √Σx². */
export const globalNorm = (leaves: Leaves<Tensor>): Tensor => sumOver(leaves, (x) => x.square()).sqrt();

/** ⟨a, b⟩ over all leaves, in float64. */
export const inner = (a: Leaves<Tensor>, b: Leaves<Tensor>): Tensor =>
  sumOver(a, (x, name) => x.mul(b[name]!));

/** Zeros of an array's shape and element type. */
export const zerosLike = ({ shape, dtype }: NdArray): NdArray => zeros(shape, dtype);

/** One number over and over, in an array's shape and element type. */
export function fullLike(param: NdArray, value: number): NdArray {
  const full = zerosLike(param);
  full.data.fill(value);
  return full;
}

/** What the rule for one leaf may ask for besides the gradient. */
export interface LeafContext<Hyper extends string> extends Pick<Context<Hyper>, 'hyper' | 'step'> {
  readonly param: Tensor;
}

/** One leaf's arrays; some may be there only with certain options. */
type Slots = Readonly<Record<string, NdArray | undefined>>;

/** The same slots while tracing. */
type Traced<S> = { readonly [K in keyof S]: Tensor };

/** A transform as its rule for one parameter. */
export interface LeafRule<Hyper extends string, S extends Slots> {
  readonly name: string;
  readonly hyper: Readonly<Record<Hyper, Schedulable>>;
  init(param: NdArray): S;
  update(
    update: Tensor,
    state: Traced<S>,
    context: LeafContext<Hyper>,
  ): readonly [update: Tensor, state: Traced<S>];
}

/**
 * A transform that treats each parameter by itself: the rule for one is applied to all. Its state is kept as
 * `{ [parameter]: { [slot]: array } }`.
 *
 * Numbers and float64 scalars (hyperparameters, the step) take on the element type of the arrays they meet.
 *
 * @param rule `name`; `hyper`, the numeric hyperparameters; `init`, one parameter's state; `update`, from the
 *   parameter's update and state to the next ones
 * @example
 * ```ts
 * import { chain, leafwise, scaleByLearningRate, zerosLike } from '@downslope/core';
 * // Heavy ball: b ← βb + g; x ← x − lr·b
 * const heavyBall = leafwise({
 *   name: 'heavyBall',
 *   hyper: { beta: 0.9 },
 *   init: (param) => ({ b: zerosLike(param) }),
 *   update(g, state, { hyper: { beta } }) {
 *     const b = state.b.mul(beta).add(g);
 *     return [b, { b }];
 *   },
 * });
 * const optimizer = chain(heavyBall, scaleByLearningRate(0.1));
 * console.log(optimizer.hyper); // { beta: 0.9, lr: 0.1 }
 * ```
 */
export function leafwise<Hyper extends string, S extends Slots>(rule: LeafRule<Hyper, S>): Transform<Hyper> {
  return {
    name: rule.name,
    hyper: rule.hyper,
    init: (params) => mapLeaves(params, rule.init) as State<NdArray>,
    update(updates, state, { params, hyper, step }) {
      const results = mapLeaves(updates, (update, name) =>
        rule.update(update, state[name] as Traced<S>, { param: params[name]!, hyper, step }),
      );
      return [
        mapLeaves(results, ([update]) => update),
        mapLeaves(results, ([, next]) => next) as State<Tensor>,
      ];
    },
  };
}

/**
 * A transform that treats each parameter by itself and remembers nothing.
 *
 * @example
 * ```ts
 * import { stateless } from '@downslope/core';
 * const clipEach = (limit: number) =>
 *   stateless('clipEach', { limit }, (g, { hyper }) => g.clip(hyper.limit.neg(), hyper.limit));
 * ```
 */
export const stateless = <Hyper extends string>(
  name: string,
  hyper: Readonly<Record<Hyper, Schedulable>>,
  rule: (update: Tensor, context: LeafContext<Hyper>) => Tensor,
): Transform<Hyper> => ({
  name,
  hyper,
  init: () => ({}),
  update: (updates, _, { params, hyper, step }) => [
    mapLeaves(updates, (update, leaf) => rule(update, { param: params[leaf]!, hyper, step })),
    {},
  ],
});
