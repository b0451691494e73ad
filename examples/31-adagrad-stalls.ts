// AdaGrad divides by the root of the sum of all squared gradients, which only grows: on a constant slope its t-th
// step is lr/√t. RMSProp divides by the root of their average, and keeps its pace. That is bad news for AdaGrad where
// the way is long, and good news where a parameter is seldom touched: its first gradient after a long time still
// makes a long step.
import { adagrad, maxSteps, minimize, rmsprop, type Tensor } from '@downslope/core';

const slope = (x: Tensor): Tensor => x.mul(4);
const walk = (method: ReturnType<typeof adagrad>): number[] => {
  const { path = [] } = minimize(slope, 0, { method, stop: maxSteps(10_000), path: true });
  return path.slice(1).map(({ x }, t) => path[t]!.x[0]! - x[0]!);
};
const [sum, average] = [walk(adagrad({ lr: 0.1 })), walk(rmsprop({ lr: 0.1, alpha: 0.9 }))];
for (const t of [1, 10, 100, 10_000])
  console.log(`step ${t}: AdaGrad ${sum[t - 1]!.toFixed(5)}, RMSProp ${average[t - 1]!.toFixed(5)}`);

sum.forEach((step, i) => {
  if (Math.abs(step / (0.1 / Math.sqrt(i + 1)) - 1) > 1e-6) throw new Error(`step ${i + 1} is ${step}`);
});
if (Math.abs(average[9999]! - 0.1) > 1e-6) throw new Error('RMSProp ought to keep its pace');
