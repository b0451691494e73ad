import type { Local } from '../func.js';
import type { Arith } from './arith.js';
import { fastTwoSum, twoSum } from './double-double.js';

// exp, expm1 and tanh: x = n·ln 2 + r with |r| ≤ ½·ln 2, and eˣ = 2ⁿ·eʳ.

/** ln 2 in two parts; the first has so few bits that n times it is exact. */
export const LN2 = {
  float64: { high: 0.6931471803691238, low: 1.9082149292705877e-10 },
  float32: { high: 0.693145751953125, low: 1.4286068203094173e-6 },
};

/** `(eʳ − 1 − r)/r²`; relative to eʳ − 1 the error is below 2e-17 and 3e-9 (scripts/minimax.py). */
const EXP_TAIL = {
  float64: [
    0.5000000000000006, 0.16666666666666685, 0.0416666666665737, 0.0083333333333146, 0.0013888888932353928,
    0.00019841269903010637, 2.480150447749093e-5, 2.755722797470535e-6, 2.762631338069821e-7,
    2.5114465458174175e-8,
  ],
  float32: [
    0.5, 0.1666666716337204, 0.04166635498404503, 0.008333273231983185, 0.0013940997887402773,
    0.00019914156291633844,
  ],
};

/** Where eˣ is infinite, and where half of its exponent is that of 0: below -104 and -746 it rounds to 0 anyway. */
const EXP_RANGE = { float64: { low: -1418, high: 710 }, float32: { low: -176, high: 89 } };
/** Below this eˣ − 1 is −1. */
const EXPM1_LOW = { float64: -38, float32: -18 };
/** Below this, expm1(x), log1p(x) and the like round to x. */
export const TINY = { float64: 2 ** -54, float32: 2 ** -25 };
/** Above this tanh is 1. */
const TANH_HIGH = { float64: 20, float32: 10 };

/**
 * `e^(x + tail)`. 2ⁿ is two factors, as it may be no normal number; only the last product rounds. Where x is masked, at −∞,
 * the first is 0: a result that is less than a normal number takes processors several times as long.
 */
export function exp(v: Arith, x: Local, tail?: Local): Local {
  const { low, high } = v.pick(EXP_RANGE);
  const within = v.atMost(v.atLeast(x, low), high);
  const { bits, n } = v.nearestTo(within, Math.LOG2E, 2 * v.format.bias);
  const r = rest(v, within, n);
  const half = v.shiftRight(bits, 1);
  const [first, second] = [v.asExponent(half), v.asExponent(v.subBits(bits, half))];
  const less = lessOne(v, tail === undefined ? r : v.add(r, tail));
  return v.mul(v.addProduct(first, less, first), second);
}

export function expm1(v: Arith, x: Local): Local {
  const { n, r } = reduce(v, v.atMost(v.atLeast(x, v.pick(EXPM1_LOW)), v.pick(EXP_RANGE).high));
  const h = v.powerOf2(v.sub(n, 1));
  const p = lessOne(v, r);
  // 2ⁿ itself overflows before eˣ does, so half of the result is doubled.
  const y = v.mul(v.add(v.mul(h, p), v.sub(h, 0.5)), 2);
  return v.select(v.lt(v.abs(x), v.pick(TINY)), x, y);
}

/**
 * `tanh |x| = y = u/(1 + u)` with `u = (e^(2|x|) − 1)/2`. Where y is small its ulp is as fine as u's or finer, so what
 * the two sums lost, du and d(1 + u), is made up for: `dy = (du/(1 + u) − y·d(1 + u))/(1 + u)`, and `1/(1 + u) = 1 − y`.
 */
export function tanh(v: Arith, x: Local): Local {
  const a = v.atMost(v.abs(x), v.pick(TANH_HIGH));
  const { n, r } = reduce(v, v.add(a, a));
  const h = v.powerOf2(v.sub(n, 1));
  const u = fastTwoSum(v, v.sub(h, 0.5), v.mul(h, lessOne(v, r)));
  const below = twoSum(v, 1, u.high);
  const y = v.div(u.high, below.high);
  const rest = v.sub(1, y);
  const dy = v.mul(rest, v.sub(v.mul(rest, u.low), v.mul(y, below.low)));
  return v.copySign(v.add(y, dy), x);
}

function reduce(v: Arith, x: Local): { n: Local; r: Local } {
  const n = v.nearest(v.mul(x, Math.LOG2E));
  return { n, r: rest(v, x, n) };
}

/** `x − n·ln 2`. */
function rest(v: Arith, x: Local, n: Local): Local {
  const { high, low } = v.pick(LN2);
  return v.subProduct(v.subProduct(x, n, high), n, low);
}

/** `eʳ − 1`. */
function lessOne(v: Arith, r: Local): Local {
  return v.addProduct(r, v.mul(r, r), v.poly(r, v.pick(EXP_TAIL)));
}
