import { Arena, type Region } from '../compile/arena.js';
import type { Host } from '../compile/host.js';
import { assemble, type Program } from '../compile/program.js';
import type { Model } from '../nn/model.js';
import { type ArrayInput, array, isArrayInput, type NdArray } from '../tensor/array.js';
import { allocate, type FloatType, isFloat } from '../tensor/dtype.js';
import { misuse } from '../tensor/errors.js';
import { type Shape, sameShape, sizeOf } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { trace } from '../tensor/trace.js';
import { flatten, singleLeaf } from '../tensor/tree.js';
import { place } from './dataset.js';

/** A program that predicts a fixed number of rows. */
interface Block {
  readonly rows: number;
  readonly program: Program;
  readonly input: Region;
  readonly output: Region;
}

/** Rows are predicted in blocks of these sizes, large ones first: no number of rows is compiled for. */
const SIZES = [1024, 32, 1];

/**
 * Turns a model and its weights into a function from rows to predictions, compiled once. Rows are predicted in blocks:
 * a model whose predictions of one row depend on the others has no place here.
 *
 * @param model as given to `fit`, with one array of inputs
 * @param params its weights, as `fit` returns them
 * @param options `dtype` of the arithmetic (default: that of the weights); `host`, as for `fit`
 * @returns a function from `[rows, …]` to `[rows, …]`
 * @example
 * ```ts
 * import { linear, predictor } from '@downslope/core';
 * const model = linear({ inputs: 1, outputs: 1 });
 * const predict = predictor(model, { w: [[2]], b: [1] });
 * console.log(predict([[0], [3]]).data); // 1 7
 * ```
 */
export function predictor<P>(
  model: Pick<Model<P>, 'apply'>,
  params: unknown,
  options: { dtype?: FloatType; host?: Host } = {},
): (x: ArrayInput) => NdArray {
  const flat = flatten(params, isArrayInput, 'params');
  const values = flat.leaves.map((leaf) => array(leaf as ArrayInput));
  const dtype = options.dtype ?? (values.some((value) => value.dtype === 'float32') ? 'float32' : 'float64');
  const arena = new Arena(options.host);
  const weights = { ...flat, leaves: values.map((value) => place(value, arena, dtype)) };
  const blocks = new Map<string, Block>();
  let rowShape: Shape | undefined;

  const blockOf = (rows: number, { shape, dtype: given }: NdArray): Block => {
    const type = isFloat(given) ? dtype : given;
    const found = blocks.get(`${rows} ${type}`);
    if (found) return found;
    const input = arena.allocate([rows, ...shape.slice(1)], type);
    const apply = (params: P, x: Tensor): Tensor => model.apply(params, x);
    const { graph } = trace(apply as (...args: never[]) => unknown, [weights, singleLeaf(input)]);
    const output = arena.allocate(graph.outputs[0]!.shape, graph.outputs[0]!.dtype);
    const program = assemble(graph, arena, { inputs: [...weights.leaves, input], outputs: [output] });
    const made = { rows, program, input, output };
    blocks.set(`${rows} ${type}`, made);
    return made;
  };

  return (given) => {
    const x = array(given);
    const [rows, ...own] = x.shape;
    if (rows === undefined || (rowShape && !sameShape(own, rowShape)))
      throw misuse(`expected rows of shape [${rowShape ?? '…'}], got an array of shape [${x.shape}]`);
    const width = sizeOf(own);
    let result: NdArray | undefined;
    for (let from = 0; from < rows || result === undefined; ) {
      const size = SIZES.find((block) => block <= rows - from) ?? 1;
      const { program, input, output } = blockOf(size, x);
      rowShape ??= own;
      arena.view(input).set(x.data.subarray(from * width, (from + size) * width));
      program.run();
      const outWidth = sizeOf(output.shape.slice(1));
      result ??= {
        data: allocate(output.dtype, rows * outWidth),
        shape: [rows, ...output.shape.slice(1)],
        dtype: output.dtype,
      };
      if (rows > 0) result.data.set(arena.view(output), from * outWidth);
      from += size;
    }
    return result;
  };
}
