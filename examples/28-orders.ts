// How fast, in theory and in fact. Convex and smooth: f − f* falls like 1/T, with Nesterov's momentum like 1/T².
// Strongly convex: by the factor of the condition number at each step, which is called linear, though a tutorial's
// table has "linear, O(1/T)" for one and the same. Newton's method: each step doubles the digits.
import { bestRates, maxSteps, minimize, nesterov, newton, problems, sgd, type Tensor } from '@downslope/core';

// Eigenvalues 1e-6 … 1: for some thousand steps as good as flat, so that the bounds for convex functions are what counts.
const { f, start } = problems.quadratic(Array.from({ length: 40 }, (_, i) => 10 ** (-6 + (6 * i) / 39)));
const distance = Math.hypot(...start); // the minimum is 0, at 0; the smoothness L is 1
for (const [name, method, bound] of [
  ['gradient descent', sgd({ lr: 1 }), (T: number) => distance ** 2 / (2 * T)],
  ['Nesterov', nesterov({ lr: 1 }), (T: number) => (2 * distance ** 2) / (T + 1) ** 2],
] as const) {
  const { path = [] } = minimize(f, start, { method, stop: maxSteps(1000), path: true });
  const gaps = [10, 100, 1000].map(
    (T) => `${path[T]!.value.toExponential(1)} ≤ ${bound(T).toExponential(1)}`,
  );
  console.log(`${name}: f − f* after 10, 100, 1000 steps: ${gaps.join(', ')}`);
  path.forEach(({ value }, T) => {
    if (T > 0 && value > bound(T))
      throw new Error(`${name}: ${value} after ${T} steps breaks the bound ${bound(T)}`);
  });
}

const { lr, contraction } = bestRates(1, 50).gradientDescent;
const strong = problems.quadratic([1, 7, 20, 50]);
const { path = [] } = minimize(strong.f, strong.start, {
  method: sgd({ lr }),
  stop: maxSteps(200),
  path: true,
});
const factor = (path[200]!.gradNorm / path[100]!.gradNorm) ** (1 / 100);
console.log(
  `strongly convex, κ = 50: factor ${factor.toFixed(6)} a step, (κ − 1)/(κ + 1) = ${contraction.toFixed(6)}`,
);
if (Math.abs(factor - contraction) > 1e-6) throw new Error(`${factor}, not ${contraction}`);

const cosh = (x: Tensor): Tensor => x.exp().add(x.neg().exp()).sub(x).sum(); // 2 sinh x = 1
const root = Math.asinh(0.5);
const digits = minimize(cosh, 2, { method: newton(), path: true, stop: maxSteps(6) }).path!.map(
  ({ x }) => -Math.log10(Math.abs(x[0]! - root) + 1e-17),
);
console.log(`Newton's digits: ${digits.map((d) => d.toFixed(1)).join(', ')}`);
const grown = digits.filter((d, i) => i > 0 && d > 2 && d < 12 && d / digits[i - 1]! < 1.5);
if (grown.length > 0 || Math.max(...digits) < 10) throw new Error('the digits ought to double');
