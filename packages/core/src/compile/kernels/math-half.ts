import type { Local } from '../func.js';
import type { Arith, Operand } from './arith.js';

// float16 and float32, both ways, in the bits of float32 lanes.

/** The smallest magnitude with a full significand, and the one from which on the nearest float16 is infinite. */
const [NORMAL, OVERFLOW] = [2 ** -14, 65520];
/** The bits of float16's infinity and NaN, of float32's infinity, and of float32's ½. */
const [INFINITE, NAN, INFINITE32, HALF32] = [0x7c00n, 0x7e00n, 0x7f800000n, 0x3f000000n];
/** Bits of the significand that float16 lacks, and by how much its exponents differ. */
const [LACKING, EXPONENT] = [13, 127n - 15n];

/** The bits of the nearest float16 in the lower half of each lane, halves to even. */
export function halfBits(v: Arith, x: Operand): Local {
  const a = v.abs(x);
  // Beneath the normal numbers float16 counts in units of 2⁻²⁴, as float32 does from ½ on.
  const small = v.subBits(v.add(a, 0.5), HALF32);
  const odd = v.and(v.shiftRight(a, LACKING), 1n);
  const nearly = v.addBits(a, (1n << BigInt(LACKING - 1)) - 1n - (EXPONENT << 23n));
  const normal = v.shiftRight(v.addBits(nearly, odd), LACKING);
  const finite = v.select(v.lt(a, NORMAL), small, normal);
  const magnitude = v.select(v.lt(a, OVERFLOW), finite, INFINITE);
  const bits = v.select(v.eq(x, x), magnitude, NAN);
  return v.or(bits, v.shiftRight(v.and(x, v.format.sign), 16));
}

/** The number whose float16 is in the lower half of each lane. */
export function ofHalfBits(v: Arith, bits: Operand): Local {
  const magnitude = v.shiftLeft(v.and(bits, 0x7fffn), LACKING);
  const finite = v.mul(magnitude, 2 ** Number(EXPONENT));
  // Infinity and NaN have an exponent of all ones, 31.
  const value = v.select(v.lt(magnitude, 2 ** (31 - 127)), finite, v.or(magnitude, INFINITE32));
  return v.or(value, v.shiftLeft(v.and(bits, 0x8000n), 16));
}

export const roundHalf = (v: Arith, x: Local): Local => ofHalfBits(v, halfBits(v, x));
