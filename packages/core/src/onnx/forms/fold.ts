import type { Form } from '../form.js';
import { isFixed } from '../twin.js';
import type { Writer } from '../writer.js';
import { convolutionOf, writeConvolution } from './convolution.js';

const reduce =
  (op: string): Form =>
  (w, [x], { node }) => {
    const axes = node.params.axes as readonly number[];
    return axes.length === 0 ? x! : w.add(op, [x!, w.list(axes)], { keepdims: 0 });
  };

export const sum = reduce('ReduceSum');
export const max = reduce('ReduceMax');
export const min = reduce('ReduceMin');

/** Two matrices are one `Gemm`, which turns them and adds; of stacks, those that are to be turned are turned before. */
export const dot: Form = (w, inputs, twin) => {
  const found = convolutionOf(twin);
  if (found) return writeConvolution(w, inputs, twin, found);
  const { node, shape } = twin;
  const [a, b, start] = inputs;
  const { transA, transB } = node.params;
  const flags = { transA: Number(transA), transB: Number(transB) };
  if (shape.length === 2 && (transA || transB || start !== undefined))
    return w.add('Gemm', start === undefined ? [a!, b!] : [a!, b!, start], flags);
  const turned = (x: string, turn: unknown): string => (turn ? turnedLast(w, x, shape.length) : x);
  const product = w.add('MatMul', [turned(a!, transA), turned(b!, transB)]);
  return start === undefined ? product : w.add('Add', [product, start]);
};

function turnedLast(w: Writer, x: string, rank: number): string {
  const axes = Array.from({ length: rank - 2 }, (_, axis) => axis);
  return w.add('Transpose', [x], { perm: [...axes, rank - 1, rank - 2] });
}

export const cumSum: Form = (w, [x], { node, shape }) =>
  w.add('CumSum', [x!, w.scalar(shape.length - 1, 'int32')], { reverse: Number(node.params.reverse) });

/** `TopK` of all: equal elements keep their order. */
export const argSort: Form = (w, [x], { node, inputs, shape }) => {
  const numbers = inputs[0]!.node.dtype === 'bool' ? w.cast(x!, 'int32') : x!;
  const attributes = { axis: -1, largest: Number(node.params.descending), sorted: 1 };
  const [, places] = w.results('TopK', [numbers, w.extents(shape.slice(-1))], 2, attributes);
  return w.cast(places!, 'int32');
};

/** An index that lies outside is clamped: ONNX refuses it, or counts from the end. */
function clamped(w: Writer, index: string, rows: string): string {
  const last = w.cast(w.add('Sub', [rows, w.list([1])]), 'int32');
  const scalar = w.add('Squeeze', [last, w.list([0])]);
  return w.add('Clip', [index, w.scalar(0, 'int32'), scalar]);
}

export const gather: Form = (w, [table, index], { inputs }) => {
  const rows = inputs[0]!.shape[0]!;
  const within = isFixed(rows)
    ? w.add('Clip', [index!, w.scalar(0, 'int32'), w.scalar(rows - 1, 'int32')])
    : clamped(w, index!, w.extents([rows]));
  return w.add('Gather', [table!, within], { axis: 0 });
};

/** Added into zeros. */
export const scatterAdd: Form = (w, [updates, index], twin) => {
  const rows = w.extents(twin.extents('rows'));
  const within = w.cast(clamped(w, index!, rows), 'int64');
  const places = w.add('Unsqueeze', [within, w.list([twin.inputs[1]!.shape.length])]);
  const zero = w.scalar(0, twin.node.dtype);
  const zeros = w.add('Expand', [zero, w.extents(twin.shape)]);
  return w.add('ScatterND', [zeros, places, updates!], { reduction: 'add' });
};
