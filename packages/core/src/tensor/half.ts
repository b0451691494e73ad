/** The smallest magnitude of a float16 with a full significand; beneath it float16 counts in units of 2⁻²⁴. */
const NORMAL = 2 ** -14;
/** From here on the nearest float16 is infinite. */
const OVERFLOW = 65520;

/** The nearest float16, halves to even; infinite from 65520 on. */
export function roundHalf(x: number): number {
  const a = Math.abs(x);
  if (!(a < OVERFLOW)) return x / (Number.isNaN(x) ? 1 : 0);
  const unit = a < NORMAL ? 2 ** -24 : 2 ** (Math.floor(Math.log2(a)) - 10);
  const scaled = x / unit;
  const whole = Math.round(scaled);
  const even = Math.abs(scaled % 1) === 0.5 && whole % 2 !== 0 ? whole - 1 : whole;
  return even === 0 ? x * 0 : even * unit;
}
