// Engines disagree in the last bits of Math.log, exp, pow and cos, so what must be the same everywhere is built from
// + − × ÷ and √, which IEEE 754 rounds correctly.

const LN2_HIGH = 0.6931471803691238; // its low 21 bits are zero: exponent × LN2_HIGH is exact
const LN2_LOW = 1.9082149292705877e-10;
const LOG = [
  0.6666666666666735, 0.3999999999940942, 0.2857142874366239, 0.22222198432149784, 0.1818357216161805,
  0.15313837699209373, 0.14798198605116586,
];
const bits = new DataView(new ArrayBuffer(8));

/**
 * The natural logarithm of a positive, normal number, with the same bits on every engine.
 *
 * x = 2ᵏ(1 + f) with √½ ≤ 1 + f < √2; log(1 + f) = f − f²/2 + s·(f²/2 + R(s²)), s = f/(2 + f).
 * The error is below one unit in the last place. R's coefficients: K. C. Ng, FreeBSD msun `e_log.c`, 1993.
 */
export function portableLog(x: number): number {
  bits.setFloat64(0, x);
  const high = bits.getUint32(0);
  let exponent = (high >>> 20) - 1023;
  bits.setUint32(0, (high & 0xfffff) | 0x3ff00000);
  let mantissa = bits.getFloat64(0);
  if (mantissa >= Math.SQRT2) {
    mantissa /= 2;
    exponent += 1;
  }
  const f = mantissa - 1;
  const s = f / (2 + f);
  const z = s * s;
  const r = z * polynomial(LOG, z);
  const half = 0.5 * f * f;
  return exponent * LN2_HIGH - (half - (s * (half + r) + exponent * LN2_LOW) - f);
}

/**
 * eˣ for |x| ≤ 708, with the same bits on every engine.
 *
 * eˣ = 2ᵏ·eʳ with |r| ≤ ½·ln 2, where thirteen terms of the Taylor series suffice. The error is below two units in the
 * last place.
 */
export function portableExp(x: number): number {
  const k = Math.round(x / Math.LN2);
  const r = x - k * LN2_HIGH - k * LN2_LOW;
  let sum = 1;
  for (let n = 13; n > 0; n--) sum = 1 + (sum * r) / n;
  bits.setUint32(0, (k + 1023) << 20);
  bits.setUint32(4, 0);
  return sum * bits.getFloat64(0);
}

/**
 * A positive number to a power ≥ 0, with the same bits on every engine.
 *
 * The whole part of the exponent by repeated squaring, which is exact where the result has few digits; the rest as
 * eʸ ˡⁿ ˣ. The relative error is at most about 1e-16 × exponent.
 */
export function portablePow(base: number, exponent: number): number {
  const whole = Math.floor(exponent);
  let power = portableExp((exponent - whole) * portableLog(base));
  for (let n = whole, square = base; n > 0; n = Math.floor(n / 2)) {
    if (n % 2 === 1) power *= square;
    square *= square;
  }
  return power;
}

/**
 * cos πx, with the same bits on every engine; exact at multiples of ½.
 *
 * By symmetry only angles up to π/4 are left, where eight terms of the Taylor series of sine or cosine suffice.
 */
export function portableCosPi(x: number): number {
  const turn = Math.abs(x) % 2;
  const half = turn > 1 ? 2 - turn : turn;
  if (half > 0.5) return -firstQuadrant(1 - half);
  return firstQuadrant(half);
}

/** cos πq = sin π(½ − q) for 0 ≤ q ≤ ½ */
function firstQuadrant(q: number): number {
  const x = Math.PI * Math.min(q, 0.5 - q);
  return q <= 0.25 ? alternating(x * x, 16) : x * alternating(x * x, 17);
}

/** 1 − x²/(n(n − 1))·(1 − x²/((n + 2)(n + 1))·(…)) up to n = `last`: cosine for even n, sine over x for odd. */
function alternating(square: number, last: number): number {
  let sum = 1;
  for (let n = last; n > 1; n -= 2) sum = 1 - (sum * square) / (n * (n - 1));
  return sum;
}

/** Σ coefficients[i]·xⁱ */
export function polynomial(coefficients: readonly number[], x: number): number {
  let sum = 0;
  for (let i = coefficients.length - 1; i >= 0; i--) sum = sum * x + coefficients[i]!;
  return sum;
}
