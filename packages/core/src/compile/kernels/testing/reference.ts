import type { MathName } from '../../../tensor/record.js';

// The elementary functions in integers: real numbers times 2^bits, by their plainest series. Slow, and as exact as
// `bits` asks but for a few units in the last place.

/** What has a reference of any precision: elementary functions, and operations made of them. */
export type Referenced = MathName | 'gelu' | 'sigmoid' | 'softplus';

/** How far `got` is from the true value, in ulps. Both are finite. */
export function ulpsOff(name: Referenced, args: readonly number[], got: number): number {
  const exponent = exponentOf(got);
  const bits = 160 - Math.min(0, exponent);
  const off = fixed(got, bits) - evaluate(name, args, bits);
  return Math.abs(Number(shift(off, 20 - (bits + exponent - 52)))) / 2 ** 20;
}

/** The true value, as a float64 number: right to some 2⁻³⁰⁰. */
export const trueValue = (name: Referenced, x: number): number =>
  Number(shift(evaluate(name, [x], 300), 700)) / 2 ** 1000;

const GUARD = 80;

function evaluate(name: Referenced, [x = 0, y = 0]: readonly number[], bits: number): bigint {
  const wide = bits + GUARD;
  const one = 1n << BigInt(wide);
  const at = fixed(x, wide);
  const cos = (): bigint => sin(at + pi(wide) / 2n, wide);
  const functions: Record<Referenced, () => bigint> = {
    exp: () => exp(at, wide),
    expm1: () => exp(at, wide) - one,
    log: () => log(x, wide),
    log1p: () => logNear1(at + one, wide),
    log1pUnit: () => logNear1(at + one, wide),
    tanh: () => quotient(exp(2n * at, wide) - one, exp(2n * at, wide) + one, wide),
    atan: () => atan(at, wide),
    erf: () => erf(at, wide),
    sin: () => sin(at, wide),
    cos,
    tan: () => quotient(sin(at, wide), cos(), wide),
    pow: () => power(x, y, wide),
    normalCdf: () => normalCdf(at, wide),
    gelu: () => product(at, normalCdf(at, wide), wide),
    // e^−|x|, which is no large number, is all that they need.
    sigmoid: () => quotient(x < 0 ? exp(at, wide) : one, one + exp(x < 0 ? at : -at, wide), wide),
    softplus: () => (x < 0 ? 0n : at) + logNear1(one + exp(x < 0 ? at : -at, wide), wide),
  };
  return functions[name]() >> BigInt(GUARD);
}

/** The power of two of the leading bit, for subnormal numbers that of the smallest normal one. */
export function exponentOf(x: number): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, x);
  return Math.max(1, (view.getUint16(0) >> 4) & 0x7ff) - 1023;
}

function fixed(x: number, bits: number): bigint {
  const exponent = exponentOf(x) - 52;
  return shift(BigInt(x / 2 ** exponent), bits + exponent);
}

const shift = (a: bigint, by: number): bigint => (by >= 0 ? a << BigInt(by) : a >> BigInt(-by));
const product = (a: bigint, b: bigint, bits: number): bigint => (a * b) >> BigInt(bits);
const quotient = (a: bigint, b: bigint, bits: number): bigint => (a << BigInt(bits)) / b;
const lengthOf = (a: bigint): number => (a < 0n ? -a : a).toString(2).length;

/** first·(1 + ratio(1)·(1 + ratio(2)·(…))), until the terms vanish. */
function series(first: bigint, next: (term: bigint, n: bigint) => bigint): bigint {
  let sum = 0n;
  let term = first;
  for (let n = 1n; term !== 0n && term !== -1n; n++) {
    sum += term;
    term = next(term, n);
  }
  return sum;
}

/** eˣ = 2ᵏ·eʳ. */
function exp(x: bigint, bits: number): bigint {
  const ln2 = logNear1(2n << BigInt(bits), bits);
  const k = x / ln2;
  const r = x - k * ln2;
  const near = series(1n << BigInt(bits), (term, n) => product(term, r, bits) / n);
  return shift(near, Number(k));
}

/** log x = k·log 2 + log m, 1 ≤ m < 2. */
function log(x: number, bits: number): bigint {
  const subnormal = x < 2 ** -1022;
  const normal = subnormal ? x * 2 ** 60 : x;
  const k = exponentOf(normal);
  const ln2 = logNear1(2n << BigInt(bits), bits);
  return logNear1(fixed(normal / 2 ** k, bits), bits) + BigInt(subnormal ? k - 60 : k) * ln2;
}

/** 2·atanh((x − 1)/(x + 1)), with x brought below 2 by square roots. */
function logNear1(x: bigint, bits: number): bigint {
  const one = 1n << BigInt(bits);
  if (x > 2n * one || 4n * x < one) return 2n * logNear1(squareRoot(x << BigInt(bits)), bits);
  const s = quotient(x - one, x + one, bits);
  const square = product(s, s, bits);
  let sum = 0n;
  let power = s;
  for (let n = 1n; power !== 0n && power !== -1n; n += 2n) {
    sum += power / n;
    power = product(power, square, bits);
  }
  return 2n * sum;
}

function squareRoot(a: bigint): bigint {
  let root = 1n << BigInt(Math.ceil(lengthOf(a) / 2));
  for (;;) {
    const next = (root + a / root) / 2n;
    if (next >= root) return root;
    root = next;
  }
}

/** Machin: π/4 = 4·atan(1/5) − atan(1/239). */
const known = new Map<number, bigint>();
function pi(bits: number): bigint {
  const found = known.get(bits);
  if (found !== undefined) return found;
  const wide = 1n << BigInt(bits + 16);
  const value = (4n * (4n * atan(wide / 5n, bits + 16) - atan(wide / 239n, bits + 16))) >> 16n;
  known.set(bits, value);
  return value;
}

/** Euler's series in t²/(1 + t²), for |t| ≤ 1; beyond, π/2 − atan(1/t). */
function atan(t: bigint, bits: number): bigint {
  const one = 1n << BigInt(bits);
  if (t < 0n) return -atan(-t, bits);
  if (t > one) return pi(bits) / 2n - atan(quotient(one, t, bits), bits);
  const below = one + product(t, t, bits);
  const ratio = quotient(product(t, t, bits), below, bits);
  return series(quotient(t, below, bits), (term, n) => (product(term, ratio, bits) * 2n * n) / (2n * n + 1n));
}

/** Taylor's series, after whole turns are taken off with as many bits of π as x has. */
function sin(x: bigint, bits: number): bigint {
  const more = Math.max(0, lengthOf(x) - bits) + 8;
  const turn = 2n * pi(bits + more);
  const r = ((((x << BigInt(more)) % turn) + turn) % turn) >> BigInt(more);
  const square = product(r, r, bits);
  return series(r, (term, n) => -product(term, square, bits) / (2n * n * (2n * n + 1n)));
}

/** 2/√π·e^(−x²)·Σ (2x²)ⁿ·x/(1·3·5…(2n + 1)): all terms are of one sign, and their sum is of the size of e^(x²). */
function erf(at: bigint, precision: number): bigint {
  const more = 2 * Number((at * at) >> BigInt(2 * precision));
  const bits = precision + more;
  const x = at << BigInt(more);
  const square = product(x, x, bits);
  const sum = series(x, (term, n) => (2n * product(term, square, bits)) / (2n * n + 1n));
  const rootPi = squareRoot(pi(bits) << BigInt(bits));
  return quotient(2n * product(sum, exp(-square, bits), bits), rootPi, bits) >> BigInt(more);
}

/** (1 + erf(x/√2))/2 */
function normalCdf(x: bigint, bits: number): bigint {
  const one = 1n << BigInt(bits);
  return (one + erf(quotient(x, squareRoot(2n << BigInt(2 * bits)), bits), bits)) / 2n;
}

function power(x: number, y: number, bits: number): bigint {
  const magnitude = exp(product(fixed(y, bits), log(Math.abs(x), bits), bits), bits);
  return x < 0 && y % 2 !== 0 ? -magnitude : magnitude;
}
