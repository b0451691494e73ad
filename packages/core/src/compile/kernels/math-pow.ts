import type { Local } from '../func.js';
import type { Arith } from './arith.js';
import { type Double, fastTwoSum, twoProduct } from './double-double.js';
import { exp, LN2 } from './math-exp.js';
import { logOf, splitAny } from './math-log.js';

/**
 * xʸ with JavaScript's special cases. y·log|x| reaches 745, so that log|x| takes some 62 good bits for a result good to
 * its last ones: it is computed as a double-double.
 */
export function pow(v: Arith, x: Local, y: Local): Local {
  const a = v.abs(x);
  const { high, low } = preciseLog(v, a);
  const product = twoProduct(v, y, logAtLimits(v, a, high));
  // Where the result is 0, infinite or NaN, `high` says all, and what rounding left may be NaN.
  const inRange = v.lt(v.abs(product.high), 1024);
  const tail = v.and(v.add(product.low, v.mul(y, low)), inRange);
  return withSign(v, x, y, exp(v, product.high, tail));
}

/** xʸ in float64 for float32 x and y: a plain logarithm is good enough. */
export function powSingle(v: Arith, x: Local, y: Local): Local {
  const a = v.abs(x);
  const { k, f } = splitAny(v, a);
  return withSign(v, x, y, exp(v, v.mul(y, logAtLimits(v, a, logOf(v, k, f)))));
}

function logAtLimits(v: Arith, a: Local, log: Local): Local {
  return v.select(v.eq(a, 0), -Infinity, v.select(v.lt(a, Infinity), log, a));
}

/** What |x|ʸ lacks: the sign of an odd power, NaN for a fractional power of a negative number, x⁰ = 1. */
function withSign(v: Arith, x: Local, y: Local, magnitude: Local): Local {
  const half = v.mul(y, 0.5);
  const integer = v.eq(v.floor(y), y);
  const odd = v.and(integer, v.ne(v.floor(half), half));
  const signed = v.xor(magnitude, v.and(v.and(x, v.format.sign), odd));
  const negative = v.and(v.lt(x, 0), v.lt(-Infinity, x));
  const real = v.select(v.without(negative, integer), NaN, signed);
  return v.select(v.eq(y, 0), 1, real);
}

/**
 * `((log((1 + s)/(1 − s)) − 2s − 2s³/3)/s⁵` in s²; relative to the logarithm the error is below 2e-20
 * (scripts/minimax.py).
 */
const LOG_TAIL = [
  0.40000000000002256, 0.2857142857010011, 0.22222222519817392, 0.18181784377123453, 0.15386756838748147,
  0.13256829884386426, 0.13196210391477797,
];
/** 2/3 in two parts. */
const TWO_THIRDS = { high: 2 / 3, low: 3.700743415417188e-17 };

/** log a with a relative error of about 2⁻⁶⁴, for a positive finite a. */
function preciseLog(v: Arith, a: Local): Double {
  const { k, f } = splitAny(v, a);
  const s = quotient(v, f);
  const square = twoProduct(v, s.high, s.high);
  const squareLow = v.add(square.low, v.mul(v.mul(2, s.high), s.low));
  const z = square.high;
  // log(1 + f) = 2s + s·w, w = ⅔·s² + s⁴·P(s²)
  const w = twoProduct(v, z, v.constant(TWO_THIRDS.high));
  const wLow = v.add(
    v.add(w.low, v.add(v.mul(z, TWO_THIRDS.low), v.mul(squareLow, TWO_THIRDS.high))),
    v.mul(v.mul(z, z), v.poly(z, LOG_TAIL)),
  );
  const sw = twoProduct(v, s.high, w.high);
  const swLow = v.add(sw.low, v.add(v.mul(s.high, wLow), v.mul(s.low, w.high)));
  const near = fastTwoSum(v, v.mul(2, s.high), sw.high);
  const nearLow = v.add(near.low, v.add(swLow, v.mul(2, s.low)));
  const all = fastTwoSum(v, v.mul(k, LN2.float64.high), near.high);
  return fastTwoSum(v, all.high, v.add(v.add(all.low, nearLow), v.mul(k, LN2.float64.low)));
}

/** `s = f/(2 + f)`: the rounded quotient, and its remainder divided once more. */
function quotient(v: Arith, f: Local): Double {
  const below = fastTwoSum(v, 2, f);
  const high = v.div(f, below.high);
  const back = twoProduct(v, high, below.high);
  const remainder = v.sub(v.sub(v.sub(f, back.high), back.low), v.mul(high, below.low));
  return { high, low: v.div(remainder, below.high) };
}
