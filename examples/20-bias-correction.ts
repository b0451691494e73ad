// Adam's averages begin at 0. Without bias correction, a tutorial says, the first steps would be next to nothing.
// They are too long: on a constant slope step t is lr·(1 − β₁ᵗ)/√(1 − β₂ᵗ), at first 0.1/√0.001 = 3.2 times lr, soon
// 6.5 times. For √v starts further below its value than m does. With the correction every step is lr.
import { chain, maxSteps, minimize, scaleByAdam, scaleByLearningRate, type Tensor } from '@downslope/core';

const lr = 0.01;
const slope = (x: Tensor): Tensor => x.mul(5);
const stepsOf = (correction: boolean): number[] => {
  const scale = scaleByAdam({ biasCorrectionMu: correction, biasCorrectionNu: correction });
  const { path = [] } = minimize(slope, 0, {
    method: chain(scale, scaleByLearningRate(lr)),
    stop: maxSteps(1000),
    path: true,
  });
  return path.slice(1).map(({ x }, t) => (path[t]!.x[0]! - x[0]!) / lr);
};

const [corrected, raw] = [stepsOf(true), stepsOf(false)];
for (const t of [1, 2, 5, 10, 20, 100, 1000])
  console.log(
    `step ${t}: ${corrected[t - 1]!.toFixed(3)}·lr with the correction, ${raw[t - 1]!.toFixed(3)}·lr without`,
  );

const factor = (t: number): number => (1 - 0.9 ** t) / Math.sqrt(1 - 0.999 ** t);
raw.forEach((step, i) => {
  if (Math.abs(step / factor(i + 1) - 1) > 1e-6)
    throw new Error(`step ${i + 1}: ${step}, not ${factor(i + 1)}`);
});
if (corrected.some((step) => Math.abs(step - 1) > 1e-6)) throw new Error('a corrected step ought to be lr');
