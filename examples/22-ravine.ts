// A ravine, f = ½(x² + 100y²): condition number κ = 100. The gradient points across it, not along; gradient descent
// zigzags and needs about κ steps for what momentum does in √κ. Adam, which scales each axis by itself, does not see
// this one at all.
import { adam, analyze, cosine, gradTol, maxSteps, minimize, sgd, type Tensor } from '@downslope/core';

const f = (p: Tensor): Tensor => p.square().mul([0.5, 50]).sum();
const { conditionNumber, criticalRates, predicted, measured, secondMoment } = analyze(f, [0, 0]);
console.log(`κ = ${conditionNumber}, critical rate ${criticalRates!.gradientDescent}`);
const rows = (['gradientDescent', 'heavyBall', 'nesterov'] as const).map((name) => ({
  method: name,
  'factor a step': +predicted![name]!.contraction.toFixed(4),
  seen: +measured![name]!.contraction.toFixed(4),
  'steps to 1e-6': predicted![name]!.steps,
  'steps taken': measured![name]!.steps,
}));
console.table(rows);
console.log(`Adam sees a condition number of ${secondMoment!.conditionNumber.toFixed(3)}`);

const start = [10, 1];
const angle = Math.acos((10 * 10 + 100 * 1) / (Math.hypot(10, 100) * Math.hypot(10, 1))) * (180 / Math.PI);
console.log(`at (10, 1) the gradient is ${angle.toFixed(0)}° off the way to the minimum`);

const { path = [] } = minimize(f, start, { method: sgd({ lr: 0.0198 }), stop: maxSteps(50), path: true });
const turns = path.filter(({ x }, t) => t > 0 && x[1]! * path[t - 1]!.x[1]! < 0).length;
console.log(`gradient descent crosses the floor in ${turns} of 50 steps`);
const few = minimize(f, start, {
  method: adam({ lr: cosine(0.5, { steps: 200 }) }),
  stop: [gradTol(1e-6), maxSteps(200)],
});
console.log(`Adam after ${few.steps} steps: f = ${few.last.value.toExponential(1)}`);

if (turns !== 50 || Math.abs(predicted!.gradientDescent.contraction - 99 / 101) > 1e-12)
  throw new Error('the factor ought to be 99/101, from side to side');
if (Math.abs(measured!.gradientDescent!.steps! - Math.log(1e-6) / Math.log(99 / 101)) > 1)
  throw new Error('it ought to take ln(1e-6)/ln(99/101) steps');
