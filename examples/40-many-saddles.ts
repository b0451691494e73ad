// In many dimensions nearly all points without gradient are saddles: a minimum needs every eigenvalue of the Hessian
// to be positive, and random symmetric matrices seldom oblige. The first shares are known: ½, (2 − √2)/4, (π − 2√2)/4π.
import { compile, linalg, random, type Tensor } from '@downslope/core';

const count = 20_000;
const numbers = random(0, 'matrices');
const least = compile((a: Tensor) => linalg.eigh(a).values.min(-1)); // of the symmetric part ½(A + Aᵀ)
const known = [0.5, (2 - Math.SQRT2) / 4, (Math.PI - 2 * Math.SQRT2) / (4 * Math.PI)];

for (const n of [1, 2, 3, 4]) {
  const data = Float64Array.from({ length: count * n * n }, () => numbers.normal());
  const smallest = least({ data, shape: [count, n, n], dtype: 'float64' }).data as Float64Array;
  const share = smallest.filter((value) => value > 0).length / count;
  const exact = known[n - 1];
  const theory = exact ? `, ${(100 * exact).toFixed(2)}% in theory` : '';
  console.log(`${n} dimensions: ${(100 * share).toFixed(2)}% would be minima${theory}`);
  if (exact && Math.abs(share - exact) > 4 * Math.sqrt((exact * (1 - exact)) / count))
    throw new Error(`a share of ${share}`);
}
