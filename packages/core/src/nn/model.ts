import type { NdArray } from '../tensor/array.js';
import type { FloatType } from '../tensor/dtype.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Training } from '../tensor/training.js';
import type { Results } from '../tensor/values.js';

/** How to make starting weights. */
export interface InitOptions {
  /** An integer from 0 to 2⁵³ − 1; the same seed gives the same weights on every engine. */
  readonly seed: number;
  readonly dtype: FloatType;
  /** The path of a part within a larger model, as in `hidden0`: {@link initParts} sets it. */
  readonly name?: string;
}

/**
 * A function from parameters and inputs to predictions, with the parameters to start from. Layers are models too, so
 * that models are made of models.
 *
 * Parameters are a tree of arrays: nested objects or lists with an array at each leaf. A leaf is known by its path, as
 * in `hidden0.w`; weights are called `w`, biases `b` ({@link isWeight}).
 *
 * @typeParam Params the tree as `apply` sees it, such as `{ w: Tensor; b: Tensor }`
 * @typeParam X what the model takes: a tensor of shape [rows, inputs], or a tree of tensors
 */
export interface Model<Params = unknown, X = Tensor> {
  /** The parameters to start from: the same tree, of arrays. */
  init(options: InitOptions): Results<Params>;
  /**
   * Predictions of shape [rows, outputs], in tensor methods: traced once, not run row by row.
   *
   * @param training given while training only. A model that behaves otherwise then, as with dropout, looks at it; a
   *   model made of others hands it on to those that do
   */
  apply(params: Params, x: X, training?: Training): Tensor;
}

/** A tree of arrays as a function sees it while it is traced: a tensor for each array. */
export type Tensors<Arrays> = Arrays extends NdArray
  ? Tensor
  : Arrays extends object
    ? { readonly [Key in keyof Arrays]: Tensors<Arrays[Key]> }
    : Arrays;

/**
 * A model of one's own. The types of `apply`'s parameters follow from what `init` makes.
 *
 * @returns the same object
 * @example
 * ```ts
 * import { defineModel, zeros } from '@downslope/core';
 * // A parabola: ŷ = (x − middle)² · width + height
 * const parabola = defineModel({
 *   init: ({ dtype }) => ({ middle: zeros([], dtype), width: zeros([], dtype), height: zeros([], dtype) }),
 *   apply: ({ middle, width, height }, x) => x.sub(middle).square().mul(width).add(height),
 * });
 * ```
 */
export function defineModel<Arrays, X = Tensor>(model: {
  init(options: InitOptions): Arrays;
  apply(params: Tensors<Arrays>, x: X, training?: Training): Tensor;
}): Model<Tensors<Arrays>, X> {
  return model as Model<Tensors<Arrays>, X>;
}

/**
 * Whether a parameter is a weight, by its name: the last part of its path is `w`. The penalty `l2` of `fit` is for
 * weights; biases and scales are left alone. `weightDecay` of an optimizer shrinks all its parameters.
 *
 * @example
 * ```ts
 * import { isWeight } from '@downslope/core';
 * isWeight('hidden0.w'); // true
 * isWeight('hidden0.b'); // false
 * ```
 */
export const isWeight = (name: string): boolean => name === 'w' || name.endsWith('.w');

/**
 * Starting parameters of a model made of other models: those of each part, under its name. Parts of one kind start
 * differently, because the random numbers of a parameter depend on its path.
 *
 * @param parts the models by name
 * @param options what the whole model's `init` was given
 * @example
 * ```ts
 * import { defineModel, dense, initializers, initParts } from '@downslope/core';
 * const inner = dense({ inputs: 4, outputs: 16, init: initializers.he() });
 * const outer = dense({ inputs: 16, outputs: 4 });
 * // A residual block: x + outer(relu(inner(x)))
 * const block = defineModel({
 *   init: (options) => initParts({ inner, outer }, options),
 *   apply: (params, x) => x.add(outer.apply(params.outer, inner.apply(params.inner, x).relu())),
 * });
 * ```
 */
export function initParts<Parts extends { readonly [name: string]: Pick<Model, 'init'> }>(
  parts: Parts,
  { name, ...options }: InitOptions,
): { readonly [Name in keyof Parts]: ReturnType<Parts[Name]['init']> } {
  const made = Object.entries(parts).map(([part, model]) => [
    part,
    model.init({ ...options, name: pathOf(name, part) }),
  ]);
  return Object.fromEntries(made);
}

/** The path of a part within a model: `hidden0.w`. */
export const pathOf = (within: string | undefined, part: string): string =>
  within ? `${within}.${part}` : part;
