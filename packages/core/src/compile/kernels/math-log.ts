import type { Local } from '../func.js';
import type { Arith, Operand } from './arith.js';
import { LN2, TINY } from './math-exp.js';

// log and log1p: x = 2ᵏ·(1 + f) with √½ ≤ 1 + f < √2, s = f/(2 + f), and log(1 + f) = log((1 + s)/(1 − s)) = 2s + 2s³/3 + …
// written as f − f²/2 + s·(f²/2 + s²·P(s²)), which keeps f's own bits (as FreeBSD's msun does).

/** `P(s²)`; relative to log(1 + f) the error is below 2e-18 and 9e-10 (scripts/minimax.py). */
const LOG_TAIL = {
  float64: [
    0.6666666666666734, 0.39999999999414687, 0.28571428742386473, 0.22222198573278898, 0.1818356432179074,
    0.15314050651414476, 0.14795948827546962,
  ],
  float32: [0.6666677594184875, 0.3997754156589508, 0.2987174689769745],
};

/** The same for 1 + f up to 2; the errors are 3e-18 and 8e-10. */
const UNIT_TAIL = {
  float64: [
    0.6666666666666667, 0.3999999999999398, 0.2857142857251002, 0.22222222125471222, 0.18181823202893396,
    0.15384451932809096, 0.13336805810430744, 0.11715950726305867, 0.10972566670142786, 0.0699424669623849,
    0.16467636476351863,
  ],
  float32: [
    0.6666667461395264, 0.3999887704849243, 0.2861688733100891, 0.21427641808986664, 0.24300995469093323,
  ],
};

/** The bits of √½, rounded; the smallest normal number; and the power of two that makes subnormals normal. */
const SPLIT = {
  float64: { sqrtHalf: 0x3fe6a09e667f3bcdn, normal: 2 ** -1022, lift: 54 },
  float32: { sqrtHalf: 0x3f3504f3n, normal: 2 ** -126, lift: 25 },
};

export function log(v: Arith, x: Local): Local {
  const { k, f } = splitAny(v, x);
  return atLimits(v, x, 0, logOf(v, k, f));
}

/** `log(1 + x) = log u + c/u`, where u = 1 + x as rounded and c is what the rounding lost. */
export function log1p(v: Arith, x: Local): Local {
  const u = v.add(x, 1);
  const back = v.sub(u, 1);
  const c = v.add(v.sub(1, v.sub(u, back)), v.sub(x, back));
  const { k, f } = split(v, u);
  const y = atLimits(v, x, -1, logOf(v, k, f, v.div(c, u)));
  return v.select(v.lt(v.abs(x), v.pick(TINY)), x, y);
}

/** `log(1 + x)` for 0 ≤ x ≤ 1, where nothing has to be split: x − s·(x − s²·P(s²)). */
export function log1pUnit(v: Arith, x: Local): Local {
  const s = v.div(x, v.add(x, 2));
  const z = v.mul(s, s);
  return v.sub(x, v.mul(s, v.sub(x, v.mul(z, v.poly(z, v.pick(UNIT_TAIL))))));
}

/** −∞ at `zero`, NaN below it and for NaN, ∞ at ∞. */
function atLimits(v: Arith, x: Local, zero: number, y: Local): Local {
  const below = v.select(v.eq(x, zero), -Infinity, NaN);
  return v.select(v.eq(x, Infinity), x, v.select(v.lt(zero, x), y, below));
}

/** `k·ln 2 + log(1 + f) + extra`. */
export function logOf(v: Arith, k: Local, f: Local, extra?: Local): Local {
  const { high, low } = v.pick(LN2);
  const s = v.div(f, v.add(f, 2));
  const z = v.mul(s, s);
  const halfSquare = v.mul(v.mul(f, 0.5), f);
  const tail = v.mul(s, v.addProduct(halfSquare, z, v.poly(z, v.pick(LOG_TAIL))));
  const kLow = v.mul(k, low);
  const small = v.add(tail, extra === undefined ? kLow : v.add(kLow, extra));
  return v.sub(v.mul(k, high), v.sub(v.sub(halfSquare, small), f));
}

/** {@link split} for subnormal x too. */
export function splitAny(v: Arith, x: Local): { k: Local; f: Local } {
  const { normal, lift } = v.pick(SPLIT);
  const small = v.lt(x, normal);
  const { k, f } = split(v, v.select(small, v.mul(x, 2 ** lift), x));
  return { k: v.sub(k, v.and(small, lift)), f };
}

/** `x = 2ᵏ·(1 + f)` for a positive normal number. */
function split(v: Arith, x: Operand): { k: Local; f: Local } {
  const { mantissa, bias, one } = v.format;
  const { sqrtHalf } = v.pick(SPLIT);
  const moved = v.addBits(x, one - sqrtHalf);
  const exponent = v.or(v.shiftRight(moved, mantissa), v.pick(INTEGER));
  const significand = v.addBits(v.and(moved, (1n << BigInt(mantissa)) - 1n), sqrtHalf);
  return { k: v.sub(exponent, 2 ** mantissa + bias), f: v.sub(significand, 1) };
}

/** The bits of 2^mantissa: with an integer in the low bits, the float 2^mantissa plus that integer. */
const INTEGER = { float64: 0x4330000000000000n, float32: 0x4b000000n };
