// An exercise: minimise x⁴ − 3x³ + 2. The slope 4x³ − 9x² = x²(4x − 9) is 0 at 0 and at 9/4; only the latter is a
// minimum, of value 2 − 2187/256. Coming from the left a descent slows down at 0, where slope and curvature vanish
// together, as xₖ ≈ −1/(9·lr·k); small rates seem to have converged there.
import { analyze, maxSteps, minimize, problems, sgd } from '@downslope/core';

const { f } = problems.flatQuartic;
for (const at of [0, 9 / 4]) console.log(`at ${at}: ${analyze(f, [at], { steps: 0 }).message}`);

for (const lr of [0.001, 0.01, 0.05, 0.1]) {
  const ends = [-0.5, 1].map(
    (x) => minimize(f, [x], { method: sgd({ lr }), stop: maxSteps(500) }).last.x.data[0]!,
  );
  console.log(
    `rate ${lr}: from −0.5 to ${ends[0]!.toFixed(4)}, from 1 to ${ends[1]!.toFixed(4)} in 500 steps`,
  );
}
const critical = analyze(f, [9 / 4], { steps: 0 }).criticalRates!.gradientDescent;
console.log(`the critical rate at the minimum is ${critical.toFixed(4)}: above it a descent cannot stay`);

const slow = minimize(f, [-0.5], { method: sgd({ lr: 0.01 }), stop: maxSteps(5000) }).last.x.data[0]!;
const expected = -1 / (2 + 9 * 0.01 * 5000); // ẋ = 9x² from −½
if (Math.abs(slow / expected - 1) > 0.05) throw new Error(`${slow}, expected about ${expected}`);
const { last } = minimize(f, [1], { method: sgd({ lr: 0.05 }), stop: maxSteps(500) });
if (Math.abs(last.value - (2 - 2187 / 256)) > 1e-12) throw new Error(`the minimum is not ${last.value}`);
if (Math.abs(critical - 2 / 20.25) > 1e-12) throw new Error('f″(9/4) = 12x² − 18x = 20.25');
