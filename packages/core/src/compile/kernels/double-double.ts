import type { Local } from '../func.js';
import type { Arith, Operand } from './arith.js';

// Numbers of twice the precision: `high + low`, unevaluated, |low| ≤ ½ ulp(high).

export interface Double {
  readonly high: Local;
  readonly low: Local;
}

/** `a + b` exactly, for |a| ≥ |b| or a = 0. */
export function fastTwoSum(v: Arith, a: Operand, b: Operand): Double {
  const high = v.add(a, b);
  return { high, low: v.sub(b, v.sub(high, a)) };
}

/** `a + b` exactly (Knuth). */
export function twoSum(v: Arith, a: Operand, b: Operand): Double {
  const high = v.add(a, b);
  const bRounded = v.sub(high, a);
  return { high, low: v.add(v.sub(a, v.sub(high, bRounded)), v.sub(b, bRounded)) };
}

/**
 * `a·b` in float64, exactly but for overflow and underflow: the factors are cut in two so that the partial products are
 * exact (Dekker 1971).
 */
export function twoProduct(v: Arith, a: Local, b: Local): Double {
  const high = v.mul(a, b);
  const [a1, a2] = halves(v, a);
  const [b1, b2] = halves(v, b);
  const cross = v.add(v.mul(a1, b2), v.mul(a2, b1));
  return { high, low: v.add(v.add(v.sub(v.mul(a1, b1), high), cross), v.mul(a2, b2)) };
}

/** The upper 26 bits of the significand, and the other 27. */
function halves(v: Arith, a: Local): [Local, Local] {
  const upper = v.and(a, ~((1n << 27n) - 1n));
  return [upper, v.sub(a, upper)];
}
