import type { Local } from '../func.js';
import type { Arith } from './arith.js';

/** `(atan t − t)/t³` in t², |t| ≤ tan(π/8); relative to atan t the error is below 3e-18 and 3e-9 (scripts/minimax.py). */
const ATAN_TAIL = {
  float64: [
    -0.333333333333332, 0.19999999999954082, -0.14285714280248485, 0.11111110786136158, -0.09090897836398988,
    0.07692061636260909, -0.06663120374860343, 0.058480088565733, -0.050398452725002034, 0.038078315685914264,
    -0.017922274403493744,
  ],
  float32: [
    -0.33333316445350647, 0.19998489320278168, -0.14243847131729126, 0.1059599220752716,
    -0.060834310948848724,
  ],
};

/** What the nearest floats of π/2 and π/4 leave out. */
const LEFT_OUT = {
  float64: { half: 6.123233995736766e-17, quarter: 3.061616997868383e-17 },
  float32: { half: -4.371139000186241e-8, quarter: -2.1855695000931206e-8 },
};

/** atan |x| = atan t, π/4 + atan (t − 1)/(t + 1) or π/2 + atan −1/t, as |x| = t is small, near 1 or large. */
export function atan(v: Arith, x: Local): Local {
  const t = v.abs(x);
  const near = v.lt(Math.SQRT2 - 1, t);
  const large = v.lt(Math.SQRT2 + 1, t);
  const cases = (small: Local | number, middle: Local | number, big: Local | number): Local =>
    v.select(large, big, v.select(near, middle, small));
  const z = v.div(cases(t, v.sub(t, 1), -1), cases(1, v.add(t, 1), t));
  const { half, quarter } = v.pick(LEFT_OUT);
  const square = v.mul(z, z);
  const tail = v.mul(v.mul(z, square), v.poly(square, v.pick(ATAN_TAIL)));
  const rest = v.add(z, v.add(tail, cases(0, quarter, half)));
  return v.copySign(v.add(cases(0, Math.PI / 4, Math.PI / 2), rest), x);
}
