/** A float's significant bits, and its least exponent. */
interface Format {
  readonly bits: number;
  readonly least: number;
}
export const FLOAT: Format = { bits: 24, least: -149 };
export const DOUBLE: Format = { bits: 53, least: -1074 };

const VIEW = new DataView(new ArrayBuffer(8));

/** x · 2¹⁰⁷⁴, which is whole for all float64 that are finite. */
function scaled(x: number): bigint {
  VIEW.setFloat64(0, x);
  const bits = VIEW.getBigUint64(0);
  const exponent = (bits >> 52n) & 0x7ffn;
  const fraction = bits & 0xf_ffff_ffff_ffffn;
  const size = exponent === 0n ? fraction : (fraction | (1n << 52n)) << (exponent - 1n);
  return bits >> 63n === 1n ? -size : size;
}

/** a · b + c, rounded once, to the nearest and to even: by whole numbers of any size. */
export function fusedMultiplyAdd(a: number, b: number, c: number, { bits, least }: Format): number {
  // a product of finite numbers does not overflow before it is added
  if (![a, b].every(Number.isFinite)) return a * b + c;
  if (!Number.isFinite(c)) return c;
  const sum = scaled(a) * scaled(b) + (scaled(c) << 1074n);
  if (sum === 0n) return a === 0 || b === 0 ? a * b + c : 0;
  const size = sum < 0n ? -sum : sum;
  const length = size.toString(2).length;
  const dropped = BigInt(Math.max(length - bits, least + 2148, 0));
  const half = dropped > 0n ? 1n << (dropped - 1n) : 0n;
  let kept = size >> dropped;
  const rest = size - (kept << dropped);
  if (dropped > 0n && (rest > half || (rest === half && (kept & 1n) === 1n))) kept += 1n;
  const exponent = Number(dropped) - 2148;
  const value = Number(kept) * 2 ** Math.trunc(exponent / 2) * 2 ** (exponent - Math.trunc(exponent / 2));
  return (sum < 0n ? -1 : 1) * (bits === 24 ? Math.fround(value) : value);
}
