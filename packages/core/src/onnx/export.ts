import { checkNames } from '../data/names.js';
import type { Model } from '../nn/model.js';
import { array, isArrayInput, type NdArray } from '../tensor/array.js';
import { check, count } from '../tensor/checks.js';
import { type FloatType, isFloat } from '../tensor/dtype.js';
import { called, misuse } from '../tensor/errors.js';
import type { Spec } from '../tensor/record.js';
import { flatten } from '../tensor/tree.js';
import type { Values } from '../tensor/values.js';
import { onnxFile } from './file.js';

export interface OnnxOptions {
  /** The one number of rows that the exported model takes (default: any). */
  readonly rows?: number;
}

/**
 * A model as an ONNX file: for ONNX Runtime in Python, C++, Java, on phones and in browsers, without Downslope.
 *
 * It predicts as `predictor` does: without dropout, batch normalisation by its running statistics. Operator set 18. Weights go
 * by their names, as in `hidden0.w`. The input is called `x`, or by its path where there are several; the result is `y`.
 *
 * @param model as given to `fit`
 * @param params its weights, as `fit` returns them
 * @param x an example of what it takes, such as a row: shapes and types count, not the values. The first axis of each array is
 *   that of rows, of which the exported model takes any number; other extents are fixed
 * @param options `rows`: for a model that works for a fixed number of rows only
 * @returns the bytes of the file
 * @throws when the model uses what ONNX does not have (factorisations of matrices), or does something else for another
 *   number of rows
 * @example
 * ```ts
 * import { exportOnnx, mlp } from '@downslope/core';
 * const model = mlp({ inputs: 3, hidden: [8], outputs: 1 });
 * const params = model.init({ seed: 0, dtype: 'float32' });
 * const bytes = exportOnnx(model, params, { data: new Float32Array(3), shape: [1, 3], dtype: 'float32' });
 * // write bytes to model.onnx; in Python: onnxruntime.InferenceSession('model.onnx').run(None, {'x': rows})
 * ```
 */
export function exportOnnx<P, X>(
  model: Pick<Model<P, X>, 'apply'>,
  params: Values<P>,
  x: Values<X>,
  options: OnnxOptions = {},
): Uint8Array {
  checkNames('exportOnnx', options, ['rows']);
  if (typeof (model as Model | undefined)?.apply !== 'function')
    throw misuse(`exportOnnx: model must have apply, as mlp({ … }) has, got ${called(model)}`);
  const { rows } = options;
  if (rows !== undefined) check('rows', rows, count);
  const flat = flatten(params, isArrayInput, 'params');
  const given = flat.leaves.map((leaf) => array(leaf));
  const example = flatten(x, isArrayInput, 'x');
  if (example.leaves.length === 0)
    throw misuse('exportOnnx: x holds no array; give an example, such as one row');
  const float = floatOf(given) ?? floatOf(example.leaves.map((leaf) => array(leaf))) ?? 'float32';
  const weights = {
    ...flat,
    leaves: given.map((value) => (isFloat(value.dtype) ? array(value, { dtype: float }) : value)),
  };
  const inputs = {
    ...example,
    leaves: example.leaves.map((leaf, i) => specOf(array(leaf), float, example.names[i]!)),
  };
  const apply = (params: P, x: X) => model.apply(params, x);
  const doors = { inputs: example.names.map((name) => ({ name: name || 'x' })), outputs: [{ name: 'y' }] };
  return onnxFile({ apply, weights, inputs, rows }, doors);
}

/** float32 where any of them is, as in `predictor`. */
function floatOf(arrays: readonly NdArray[]): FloatType | undefined {
  const types = new Set(arrays.map(({ dtype }) => dtype));
  return (['float32', 'float64'] as const).find((dtype) => types.has(dtype));
}

function specOf({ shape, dtype }: NdArray, float: FloatType, name: string): Spec {
  if (shape.length > 0) return { shape, dtype: isFloat(dtype) ? float : dtype };
  const what = name === '' ? 'x' : `x.${name}`;
  throw misuse(`exportOnnx: ${what} must be an example with an axis of rows, such as one row, got a number`);
}
