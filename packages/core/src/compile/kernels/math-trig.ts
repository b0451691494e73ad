import type { Func, FuncRef, Local } from '../func.js';
import type { Arith } from './arith.js';
import { type Double, twoSum } from './double-double.js';

// sin, cos and tan: x = n·π/2 + r with |r| ≤ π/4, then polynomials in r, exchanged and signed as n mod 4 says. All in
// float64; for float32 arguments shorter polynomials do.

/** A function of the module `(x: f64) → (n: f64, r.high: f64, r.low: f64)` for |x| ≥ {@link LARGE}; n mod 4 is enough. */
export type ReduceLarge = () => FuncRef;

/** From here on n times a part of π/2 is not exact any more. */
export const LARGE = 1e6;

/** π/2 in three parts of 33 bits, each exact when multiplied by n < 2²⁰, and the rest. */
const HALF_PI = [
  1.5707963267341256, 6.077100506303966e-11, 2.0222662487111665e-21, 8.4784276603689e-32,
] as const;
/** All but the first part of it. */
const HALF_PI_REST = 6.077100506506192e-11;

interface Polynomials {
  /** `(sin r − r)/r³` in r². */
  readonly sin: readonly number[];
  /** `(cos r − 1 + r²/2)/r⁴` in r². */
  readonly cos: readonly number[];
}

/** Relative to sin r and to 1 the errors are below 6e-18 (scripts/minimax.py). */
const FULL: Polynomials = {
  sin: [
    -0.16666666666666632, 0.008333333333322425, -0.00019841269829817107, 2.7557313695268332e-6,
    -2.5050758658660575e-8, 1.5896828195721e-10,
  ],
  cos: [
    0.0416666666666666, -0.0013888888888874138, 2.4801587289491868e-5, -2.755731435523725e-7,
    2.08757236820584e-9, -1.1359669674100322e-11,
  ],
};

/** The same, below 4e-9. */
const SHORT: Polynomials = {
  sin: [-0.16666654943582174, 0.008332178143364184, -0.0001951729876193342],
  cos: [0.04166664686655534, -0.0013887367518399005, 2.44384516835297e-5],
};

interface Turn {
  readonly sin: Local;
  readonly cos: Local;
  /** n, in the low bits of each lane. */
  readonly quadrant: Local;
}

export function trigonometry(reduceLarge: ReduceLarge, precision: 'full' | 'short') {
  const turnOf = (v: Arith, x: Local): Turn => {
    const { n, r } = precision === 'full' ? reduceExactly(v, x) : reduceShort(v, x);
    repairLarge(v, x, n, r, reduceLarge());
    const { sin, cos } = atAngle(v, r, precision === 'full' ? FULL : SHORT);
    return { sin, cos, quadrant: v.integerBits(n) };
  };
  return {
    sin(v: Arith, x: Local): Local {
      const { sin, cos, quadrant } = turnOf(v, x);
      return orItself(v, x, signed(v, v.select(isOdd(v, quadrant), cos, sin), quadrant));
    },
    cos(v: Arith, x: Local): Local {
      const { sin, cos, quadrant } = turnOf(v, x);
      return signed(v, v.select(isOdd(v, quadrant), sin, cos), v.addBits(quadrant, 1n));
    },
    tan(v: Arith, x: Local): Local {
      const { sin, cos, quadrant } = turnOf(v, x);
      const odd = isOdd(v, quadrant);
      const ratio = v.div(v.select(odd, cos, sin), v.select(odd, sin, cos));
      return orItself(v, x, v.xor(ratio, v.and(odd, v.format.sign)));
    },
  };
}

const isOdd = (v: Arith, quadrant: Local): Local => v.subBits(0n, v.and(quadrant, 1n));

/** The negative for quadrants 2 and 3. */
function signed(v: Arith, value: Local, quadrant: Local): Local {
  return v.xor(value, v.and(v.shiftLeft(quadrant, 62), v.format.sign));
}

/** x itself where sin x and tan x round to it: keeps −0. */
function orItself(v: Arith, x: Local, y: Local): Local {
  return v.select(v.lt(v.abs(x), 2 ** -27), x, y);
}

/** `x − n·π/2` as a double-double: x may be so near to n·π/2 that its first 60 bits cancel. */
function reduceExactly(v: Arith, x: Local): { n: Local; r: Double } {
  const n = v.nearest(v.mul(x, 2 / Math.PI));
  const first = v.sub(x, v.mul(n, HALF_PI[0]));
  const second = twoSum(v, first, v.mul(n, -HALF_PI[1]));
  const third = twoSum(v, second.high, v.mul(n, -HALF_PI[2]));
  const low = v.sub(v.add(second.low, third.low), v.mul(n, HALF_PI[3]));
  return { n, r: twoSum(v, third.high, low) };
}

/** The same in float64 alone, good enough for x of float32. */
function reduceShort(v: Arith, x: Local): { n: Local; r: Double } {
  const n = v.nearest(v.mul(x, 2 / Math.PI));
  const high = v.sub(v.sub(x, v.mul(n, HALF_PI[0])), v.mul(n, HALF_PI_REST));
  return { n, r: { high, low: v.constant(0) } };
}

/** Overwrites n and r in the lanes where x is large and finite. */
function repairLarge(v: Arith, x: Local, n: Local, r: Double, reduceLarge: FuncRef): void {
  const { f } = v;
  const a = v.abs(x);
  const large = v.and(v.lt(LARGE, a), v.lt(a, Infinity));
  const parts = [r.low, r.high, n].map(() => f.local('f64'));
  const repair = (lane: number, x: Local, vectors: readonly Local[]): void => {
    f.get(x).lane('f64x2.extract_lane', lane).call(reduceLarge);
    for (const part of parts) f.set(part);
    vectors.forEach((vector, i) => {
      f.get(vector).get(parts[i]!).lane('f64x2.replace_lane', lane).set(vector);
    });
  };
  f.get(large).op(`${v.lanes.vector}.any_true`);
  f.if(() =>
    inHalves(f, [large, x, r.low, r.high, n], ([large, x, ...vectors]) => {
      for (const lane of [0, 1]) {
        f.get(large!).lane('i64x2.extract_lane', lane).op('i32.wrap_i64');
        f.if(() => repair(lane, x!, vectors));
      }
    }),
  );
}

/** Overwrites vectors of 128 bits: larger ones are taken apart and put together again. */
function inHalves(f: Func, vectors: readonly Local[], overwrite: (vectors: readonly Local[]) => void): void {
  if (vectors[0]!.type === 'v128') {
    overwrite(vectors);
    return;
  }
  const halves = (['v256.low', 'v256.high'] as const).map((half) =>
    vectors.map((vector) => {
      const local = f.local('v128');
      f.get(vector).op(half).set(local);
      return local;
    }),
  );
  halves.forEach(overwrite);
  vectors.forEach((vector, i) => {
    f.get(halves[0]![i]!).get(halves[1]![i]!).op('v256.join').set(vector);
  });
}

function atAngle(v: Arith, { high: r, low }: Double, { sin, cos }: Polynomials): { sin: Local; cos: Local } {
  const z = v.mul(r, r);
  const halfZ = v.mul(z, 0.5);
  const cosNear = v.sub(1, halfZ);
  const sinTail = v.add(v.mul(v.mul(r, z), v.poly(z, sin)), v.mul(low, cosNear));
  // What 1 − z/2 lost, the polynomial, and the derivative −r times low.
  const lost = v.sub(v.sub(1, cosNear), halfZ);
  const cosTail = v.sub(v.mul(v.mul(z, z), v.poly(z, cos)), v.mul(r, low));
  return { sin: v.add(r, sinTail), cos: v.add(cosNear, v.add(lost, cosTail)) };
}
