// What momentum adds up to. On a constant slope g the steps grow to lr·g/(1 − β): with β = 0.9 ten times those of
// gradient descent. Some write it as an average, v = βv + (1 − β)g, and then nothing is gained: the steps grow to
// lr·g. Slopes that change sign cancel.
import { maxSteps, minimize, sgd, type Tensor } from '@downslope/core';

const [lr, g] = [0.01, 3];
const slope = (x: Tensor): Tensor => x.mul(g);
const stepsOf = (dampening: number): number[] => {
  const method = sgd({ lr, momentum: 0.9, dampening });
  const { path = [] } = minimize(slope, 0, { method, stop: maxSteps(200), path: true });
  return path.slice(1).map(({ x }, t) => path[t]!.x[0]! - x[0]!);
};

const [sum, average] = [stepsOf(0), stepsOf(0.9)];
for (const t of [1, 5, 20, 200])
  console.log(
    `step ${t}: sum ${(sum[t - 1]! / (lr * g)).toFixed(3)}·lr·g, average ${(average[t - 1]! / (lr * g)).toFixed(3)}·lr·g`,
  );
sum.forEach((step, i) => {
  const exact = (lr * g * (1 - 0.9 ** (i + 1))) / (1 - 0.9);
  if (Math.abs(step - exact) > 1e-12) throw new Error(`step ${i + 1}: ${step}, not ${exact}`);
});
if (Math.abs(average[199]! - lr * g) > 1e-12) throw new Error('the average ought to be g');

// Slopes +1, −1, +1 …: m = Σ βᵏ(−1)ᵏ → 1/(1 + β), a twentieth of what a steady slope comes to.
const swing = Array.from({ length: 300 }).reduce<number>((m, _, t) => 0.9 * m + (t % 2 === 0 ? 1 : -1), 0);
console.log(
  `slopes that change sign come to ${Math.abs(swing).toFixed(4)}, steady ones to ${(1 / (1 - 0.9)).toFixed(1)}`,
);
if (Math.abs(Math.abs(swing) - 1 / 1.9) > 1e-9) throw new Error(`${swing}`);
