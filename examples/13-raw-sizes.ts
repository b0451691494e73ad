// Why features are scaled: the houses again, with sizes in square feet. The loss is now 10 million times as curved
// along w as along b, so that the largest rate that works, 2.2e-7, leaves b where it was: a tutorial's 1,001 steps at
// 1e-7 end at 0.1449·size + 50.0 with a loss of 92, and the best line is 0.136·size + 70 with a loss of 48.
import { analyze, linearLeastSquares, maxSteps, minimize, sgd, type Tensor } from '@downslope/core';

const size = [1000, 1500, 2000, 2500, 3000];
const price = [200, 280, 350, 400, 480];
type Line = { w: Tensor; b: Tensor };
const lossOn =
  (x: number[]) =>
  ({ w, b }: Line): Tensor =>
    w.mul(x).add(b).sub(price).square().mean();

const raw = minimize(
  lossOn(size),
  { w: 0.1, b: 50 },
  { method: sgd({ lr: 1e-7 }), stop: maxSteps(1001) },
).last;
const { conditionNumber, criticalRates } = analyze(lossOn(size), raw.x, { steps: 0 });
console.log(`raw: ${raw.x.w.toFixed(4)}·size + ${raw.x.b.toFixed(2)}, loss ${raw.value.toFixed(1)}`);
console.log(
  `     critical rate ${criticalRates!.gradientDescent.toExponential(2)}, condition number ${conditionNumber.toExponential(2)}`,
);

const [mean, deviation] = [2000, Math.sqrt(500_000)]; // of the sizes
const scaled = size.map((s) => (s - mean) / deviation);
const fit = minimize(lossOn(scaled), { w: 0, b: 0 }, { method: sgd({ lr: 0.4 }), stop: maxSteps(20) }).last;
const [w, b] = [fit.x.w / deviation, fit.x.b - (fit.x.w * mean) / deviation];
console.log(`scaled: ${w.toFixed(4)}·size + ${b.toFixed(2)}, loss ${fit.value.toFixed(1)} after 20 steps`);
console.log(
  `     condition number ${analyze(lossOn(scaled), fit.x, { steps: 0 }).conditionNumber.toFixed(3)}`,
);

const { weights, intercept } = linearLeastSquares(
  size.map((s) => [s]),
  price,
); // 0.136 and 70
if (Math.abs(raw.x.w - 0.14488868251546) > 1e-9 || Math.abs(raw.x.b - 50.000464834) > 1e-7)
  throw new Error(`numpy has 0.14488868251546 and 50.0004648340, got ${raw.x.w} and ${raw.x.b}`);
if (Math.abs(w - weights[0]!) > 1e-6 || Math.abs(b - intercept) > 1e-3) throw new Error(`got ${w} and ${b}`);
