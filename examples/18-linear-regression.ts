// Linear regression, downhill and in closed form. One tutorial's loss is ‖Xw − y‖²/2m, another's ‖Xw − y‖²/m: the
// same best weights, but half the curvature, so that the critical rate 2/λmax(XᵀX/m) of the first is twice that of
// the second. With few columns descent is not needed at all: it takes several times the arithmetic of the normal
// equations (XᵀX)w = Xᵀy.
import { analyze, type Cost, linearLeastSquares, random, type Tensor } from '@downslope/core';

const numbers = random(0, 'table');
const x = Array.from({ length: 2000 }, () =>
  Array.from({ length: 20 }, (_, j) => (1 + j / 4) * numbers.normal()),
);
const y = x.map((row) => row.reduce((sum, v, j) => sum + (j % 3) * v, 1) + numbers.normal());

const loss =
  (factor: number) =>
  (w: Tensor): Tensor =>
    w.constant(x).matmul(w).sub(y).square().mean().mul(factor);
const [whole, half] = [1, 0.5].map(
  (factor) => analyze(loss(factor), new Array(20).fill(0), { steps: 0 }).criticalRates!.gradientDescent,
);
console.log(`critical rate: ${whole!.toFixed(4)} for the mean square, ${half!.toFixed(4)} with a factor ½`);
if (Math.abs(half! / whole! - 2) > 1e-9) throw new Error('the factor ½ ought to double the rate');

for (const by of ['normal', 'qr'] as const) {
  const { weights, intercept, loss, conditionNumber, closedForm, descent } = linearLeastSquares(x, y, { by });
  const row = ({ flops, bytes, seconds }: Cost, loss: number) => ({
    loss: +loss.toFixed(8),
    Mflop: +(flops / 1e6).toFixed(1),
    kB: Math.round(bytes / 1000),
    ms: +(1000 * seconds).toFixed(1),
  });
  const inSteps = `${descent.steps} steps, κ = ${conditionNumber.toFixed(0)}`;
  console.table({ [by]: row(closedForm, loss), [inSteps]: row(descent, descent.loss) });
  // At the minimum the errors are orthogonal to every column: Xᵀ(ŷ − y) = 0.
  const errors = x.map((row, i) => row.reduce((sum, v, j) => sum + v * weights[j]!, intercept) - y[i]!);
  const worst = Math.max(
    ...weights.map((_, j) => Math.abs(errors.reduce((sum, e, i) => sum + e * x[i]![j]!, 0))),
  );
  if (worst > 1e-8) throw new Error(`the errors lean on a column: ${worst}`);
  if (Math.abs(descent.loss - loss) > 1e-8 || descent.flops < closedForm.flops)
    throw new Error('descent ought to end there too, for more arithmetic');
}
