import { type ArrayInput, array, isArrayInput, type NdArray } from './array.js';
import { type DType, type FloatType, isFloat, toInt32 } from './dtype.js';
import { called, misuse } from './errors.js';
import type { Node } from './graph.js';
import type { Spec } from './record.js';
import { broadcastShapes, type Shape } from './shape.js';
import { ShapeError } from './shape-error.js';
import type { Tensor } from './tensor.js';

/** An operand that is no tensor, as an array: plain numbers and lists in the wanted element type. */
export function lifted(value: ArrayInput, dtype: DType): NdArray {
  if (!isArrayInput(value)) throw misuse(`expected a Tensor, a number or an array, got ${called(value)}`);
  const exact = array(value);
  if (typeof value === 'object' && !Array.isArray(value)) return exact;
  // Nothing is cut off to fit an integer tensor.
  const fits = isFloat(dtype) || exact.data.every((x) => x === toInt32(x));
  return array(exact, { dtype: fits ? dtype : 'float32' });
}

/** The float type that a condition was made from. */
export function floatBehind(condition: Node): FloatType | undefined {
  const behind = new Set([condition]);
  for (const { dtype, inputs } of behind) {
    if (isFloat(dtype)) return dtype;
    for (const input of inputs) behind.add(input);
  }
  return undefined;
}

/** Both operands in the element type in which they meet. */
export function meet(op: string, a: Tensor, b: Tensor): [Tensor, Tensor] {
  const dtype = promote(a, b);
  if (dtype === undefined)
    throw new ShapeError(
      `${op}: float32 and float64 arrays do not mix; cast one of them, as in x.cast('float64')`,
    );
  return [a.cast(dtype), b.cast(dtype)];
}

const RANK: Record<DType, number> = { bool: 0, int32: 1, float16: 2, float32: 2, float64: 3 };

/**
 * The element type that two operands meet in: NumPy's ladder bool → int32 → float32 → float64, but a float64 *scalar*
 * (a learning rate, a step count) gives way to float32, and float64 arrays never mix with float32 unasked.
 *
 * @returns `undefined` when the two must not be mixed
 */
function promote(a: Spec, b: Spec): DType | undefined {
  const [low, high] = RANK[a.dtype] <= RANK[b.dtype] ? [a, b] : [b, a];
  if (high.dtype === 'float64' && low.dtype === 'float32')
    return high.shape.length === 0 ? 'float32' : undefined;
  return high.dtype;
}

/** The shape that two are broadcast to. */
export function joint(op: string, a: Shape, b: Shape): Shape {
  const shape = broadcastShapes(a, b);
  if (shape === undefined)
    throw new ShapeError(`${op}: shapes [${a}] and [${b}] cannot be broadcast together`);
  return shape;
}
