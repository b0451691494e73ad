/**
 * erf x in double precision, for the interpreter: the Taylor series for |x| < 3, the continued fraction of erfc beyond.
 *
 * Source: Abramowitz & Stegun 7.1.6 (a series of positive terms) and 7.1.14.
 */
export function erf(x: number): number {
  if (Number.isNaN(x)) return x;
  const size = Math.abs(x);
  if (size > 6) return Math.sign(x);
  return size < 3 ? series(x) : Math.sign(x) * (1 - complement(size));
}

// erf x = 2/√π · e^(−x²) · Σ 2ⁿ x^(2n+1) / (1·3·5···(2n+1))
function series(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

// √π e^(x²) erfc x = 1/(x + (1/2)/(x + 1/(x + (3/2)/(x + …))))
function complement(x: number): number {
  let tail = x;
  for (let n = 60; n >= 1; n--) tail = x + n / 2 / tail;
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * tail);
}
