// A line through five houses, price = w·size + b, by 1,000 steps at rate 0.01 from w = b = 0. The answer is 100·size
// + 100, exactly. A tutorial has it learned perfectly after that; it is not: the flat direction of the loss needs
// 7,500 steps.
import { analyze, linearLeastSquares, maxSteps, minimize, sgd, type Tensor } from '@downslope/core';

const size = [1, 1.5, 2, 2.5, 3]; // thousands of square feet
const price = [200, 250, 300, 350, 400]; // thousands of dollars
type Line = { w: Tensor; b: Tensor };
const loss = ({ w, b }: Line): Tensor => w.mul(size).add(b).sub(price).square().mean();

const after = (steps: number) =>
  minimize(loss, { w: 0, b: 0 }, { method: sgd({ lr: 0.01 }), stop: maxSteps(steps) }).last;
for (const steps of [100, 1000, 7500]) {
  const { x, value } = after(steps);
  console.log(
    `${steps} steps: price = ${x.w.toFixed(3)}·size + ${x.b.toFixed(3)}, loss ${value.toExponential(2)}`,
  );
}

const { lambdaMin, lambdaMax, criticalRates } = analyze(loss, { w: 100, b: 100 });
console.log(
  `curvatures ${lambdaMin.toFixed(3)} and ${lambdaMax.toFixed(2)}: rates above ${criticalRates?.gradientDescent.toFixed(3)} diverge`,
);
console.log(
  `at 0.01 a step leaves ${(1 - 0.01 * lambdaMin).toFixed(5)} of the error along the flat direction`,
);

const { weights, intercept } = linearLeastSquares(
  size.map((s) => [s]),
  price,
);
console.log(`in closed form: ${weights[0]!.toFixed(6)}·size + ${intercept.toFixed(6)}`);
const { w, b } = after(1000).x; // by numpy, in float64: 103.22868776 and 92.88472050
if (Math.abs(w - 103.22868776) > 1e-7 || Math.abs(b - 92.8847205) > 1e-7)
  throw new Error(`w = ${w}, b = ${b}`);
if (Math.abs(weights[0]! - 100) + Math.abs(intercept - 100) > 1e-9) throw new Error('the closed form is off');
