import { check, count } from '../../tensor/checks.js';
import { ShapeError } from '../../tensor/shape-error.js';
import type { Tensor } from '../../tensor/tensor.js';
import { zeros } from '../init/constant.js';
import type { Initializer } from '../init/initializer.js';
import { lecun } from '../init/scaled.js';
import { type Model, pathOf } from '../model.js';

/** Weights of shape [inputs, outputs] and biases of shape [outputs]. */
export type DenseParams = { readonly w: Tensor; readonly b: Tensor };

/** The same, perhaps without biases. */
export type MaybeBiasedParams = { readonly w: Tensor; readonly b?: Tensor };

export interface DenseOptions {
  readonly inputs: number;
  readonly outputs: number;
  /** Whether to add a bias (default true). */
  readonly bias?: boolean;
  /** Initial weights (default LeCun's); biases start at zero. */
  readonly init?: Initializer;
}

/**
 * A layer in which every output depends on every input: x·w + b.
 *
 * x is [..., inputs] and the result [..., outputs].
 *
 * @param options `inputs`, `outputs`; `bias`; `init`: He's where ReLU follows, Glorot's where tanh does
 * @throws when an extent is not a positive integer; while tracing, when x has another number of inputs
 * @example
 * ```ts
 * import { compile, dense, type Tensor } from '@downslope/core';
 * const layer = dense({ inputs: 3, outputs: 2 });
 * const apply = compile((params: { w: Tensor; b: Tensor }, x: Tensor) => layer.apply(params, x).tanh());
 * console.log(apply(layer.init({ seed: 1, dtype: 'float64' }), [[1, 2, 3]]).shape); // [1, 2]
 * ```
 */
export function dense(options: DenseOptions & { readonly bias?: true }): Model<DenseParams>;
export function dense(options: DenseOptions): Model<MaybeBiasedParams>;
export function dense({
  inputs,
  outputs,
  bias = true,
  init = lecun(),
}: DenseOptions): Model<MaybeBiasedParams> {
  checkExtent('inputs', inputs);
  checkExtent('outputs', outputs);
  return {
    init({ seed, dtype, name }) {
      const w = init([inputs, outputs], { seed, dtype, name: pathOf(name, 'w') });
      return bias ? { w, b: zeros()([outputs], { seed, dtype, name: pathOf(name, 'b') }) } : { w };
    },
    apply({ w, b }, x) {
      if (x.shape.at(-1) !== inputs)
        throw new ShapeError(
          `dense: made for ${inputs} inputs, got x of shape [${x.shape}]; its last axis must be the inputs`,
        );
      const product = x.matmul(w);
      return b ? product.add(b) : product;
    },
  };
}

/** Holds an extent of a model, as the caller named it, to a positive integer. */
export const checkExtent = (name: string, value: number): number => check(name, value, count);
