// How much does a step gain? To first order f(x − α∇f) ≈ f − α‖∇f‖²; to second order + ½α²·∇fᵀH∇f, which says why the
// step must be short: the gain is gone at α = 2‖∇f‖²/∇fᵀH∇f. Half the rate, a quarter (an eighth) of the error.
import { compile, grad, hvp, problems } from '@downslope/core';

const { f } = problems.rosenbrock;
const at = Float64Array.of(-1, 1.5);
const value = (x: Float64Array): number => compile(f)(x).data[0]!;
const g = grad(f)(at).data as Float64Array;
const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number => a[0]! * b[0]! + a[1]! * b[1]!;
const [slope, bend] = [dot(g, g), dot(g, hvp(f, at, g).data)];
console.log(
  `‖∇f‖² = ${slope}, ∇fᵀH∇f = ${bend.toExponential(3)}: no gain from α = ${((2 * slope) / bend).toExponential(2)} on`,
);

const errors: [first: number, second: number][] = [];
for (const alpha of [4e-5, 2e-5, 1e-5]) {
  const change = value(at.map((x, i) => x - alpha * g[i]!)) - value(at);
  const [first, second] = [-alpha * slope, -alpha * slope + (alpha ** 2 / 2) * bend];
  errors.push([change - first, change - second]);
  console.log(
    `α = ${alpha}: change ${change.toFixed(6)}; first order ${first.toFixed(6)}, second ${second.toFixed(6)}`,
  );
}
for (const i of [1, 2]) {
  const ratios = [0, 1].map((order) => errors[i - 1]![order]! / errors[i]![order]!);
  console.log(`half the rate: errors ${ratios[0]!.toFixed(2)} and ${ratios[1]!.toFixed(2)} times smaller`);
  if (Math.abs(ratios[0]! - 4) > 0.1 || Math.abs(ratios[1]! - 8) > 0.1)
    throw new Error(`${ratios}, not 4 and 8`);
}
