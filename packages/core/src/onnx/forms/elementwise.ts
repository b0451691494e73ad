import type { FloatType } from '../../tensor/dtype.js';
import type { Node } from '../../tensor/graph.js';
import { type Form, plain } from '../form.js';
import type { Writer } from '../writer.js';

/** ONNX Runtime knows these for float32 only; float64 takes the way over it. */
const addInFloat32 = (w: Writer, op: string, x: string, dtype: FloatType): string =>
  dtype === 'float32' ? w.add(op, [x]) : w.cast(w.add(op, [w.cast(x, 'float32')]), dtype);

const inFloat32 =
  (op: string): Form =>
  (w, [x], { node }) =>
    addInFloat32(w, op, x!, node.dtype as FloatType);

export const add = plain('Add');
export const sub = plain('Sub');
export const mul = plain('Mul');
export const div = plain('Div');
export const pow = plain('Pow');
export const maximum = plain('Max');
export const minimum = plain('Min');
export const neg = plain('Neg');
export const abs = plain('Abs');
export const sign = plain('Sign');
export const sqrt = plain('Sqrt');
export const floor = plain('Floor');
export const ceil = plain('Ceil');
export const round = plain('Round');
export const exp = plain('Exp');
export const log = plain('Log');
export const sin = plain('Sin');
export const cos = plain('Cos');
export const tan = inFloat32('Tan');
export const atan = inFloat32('Atan');
export const tanh = plain('Tanh');
export const erf = inFloat32('Erf');
export const softplus = plain('Softplus');
export const relu = plain('Relu');
export const eq = plain('Equal');
export const lt = plain('Less');
export const le = plain('LessOrEqual');
export const and = plain('And');
export const or = plain('Or');
export const not = plain('Not');

export const ne: Form = (w, inputs) => w.add('Not', [w.add('Equal', inputs)]);

/** eˣ − 1 = tanh(x/2)·(eˣ + 1), which loses nothing near 0. */
export const expm1: Form = (w, [x], { node }) => {
  const number = numbers(w, node.dtype as FloatType);
  const slope = w.add('Tanh', [w.add('Mul', [x!, number(0.5)])]);
  return w.add('Mul', [slope, w.add('Add', [w.add('Exp', [x!]), number(1)])]);
};

/**
 * With u = 1 + x as rounded and d = u − 1: ln(1 + x) = ln(u)·x/d, and x where d is 0. Where d is x, nothing was lost, and
 * ln(u) will do, for infinite x too.
 *
 * Source: W. Kahan, as in N. Higham: "Accuracy and Stability of Numerical Algorithms", 2002, problem 1.5.
 */
export const log1p: Form = (w, [x], { node }) => {
  const number = numbers(w, node.dtype as FloatType);
  const u = w.add('Add', [x!, number(1)]);
  const d = w.add('Sub', [u, number(1)]);
  const plainLog = w.add('Log', [u]);
  const mended = w.add('Mul', [plainLog, w.add('Div', [x!, d])]);
  const small = w.add('Where', [w.add('Equal', [d, number(0)]), x!, mended]);
  return w.add('Where', [w.add('Equal', [d, x!]), plainLog, small]);
};

/** ONNX Runtime makes one of x·Sigmoid(x), which it knows for float32 only. */
export const sigmoid: Form = (w, [x], { node }) => {
  if (node.dtype === 'float32') return w.add('Sigmoid', [x!]);
  const number = numbers(w, 'float64');
  const decay = w.add('Exp', [w.add('Neg', [x!])]);
  return w.add('Div', [number(1), w.add('Add', [number(1), decay])]);
};

const numbers =
  (w: Writer, dtype: FloatType) =>
  (value: number): string =>
    w.scalar(value, dtype);

/** (1 + erf(x/√2))/2. */
const addNormalCdf = (w: Writer, x: string, node: Node): string => {
  const number = numbers(w, node.dtype as FloatType);
  const scaled = w.add('Mul', [x, number(Math.SQRT1_2)]);
  const error = addInFloat32(w, 'Erf', scaled, node.dtype as FloatType);
  return w.add('Mul', [w.add('Add', [error, number(1)]), number(0.5)]);
};

export const normalCdf: Form = (w, [x], { node }) => addNormalCdf(w, x!, node);

/** x·Φ(x). */
export const gelu: Form = (w, [x], { node }) => w.add('Mul', [x!, addNormalCdf(w, x!, node)]);

/** `Where` takes no truth values: (c ∧ a) ∨ (¬c ∧ b). */
export const where: Form = (w, [condition, a, b], { node }) => {
  if (node.dtype !== 'bool') return w.add('Where', [condition!, a!, b!]);
  const other = w.add('And', [w.add('Not', [condition!]), b!]);
  return w.add('Or', [w.add('And', [condition!, a!]), other]);
};

export const cast: Form = (w, [x], { node }) => w.cast(x!, node.dtype);

const same: Form = (_, [x]) => x!;
export const mark = same;
export const stopGradient = same;
