import type { DType } from './dtype.js';
import type { Spec } from './record.js';

const RANK: Record<DType, number> = { bool: 0, int32: 1, float32: 2, float64: 3 };

/**
 * The element type that two operands meet in: NumPy's ladder bool → int32 → float32 → float64, but a float64 *scalar*
 * (a learning rate, a step count) gives way to float32, and float64 arrays never mix with float32 unasked.
 *
 * @returns `undefined` when the two must not be mixed
 */
export function promote(a: Spec, b: Spec): DType | undefined {
  const [low, high] = RANK[a.dtype] <= RANK[b.dtype] ? [a, b] : [b, a];
  if (high.dtype === 'float64' && low.dtype === 'float32')
    return high.shape.length === 0 ? 'float32' : undefined;
  return high.dtype;
}
