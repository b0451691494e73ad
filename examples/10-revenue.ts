// The best strategy: revenue 100a + 50d − a² − d² of ad spending a and discount d. To climb is to descend the
// negative. Both curvatures are 2, so that any rate below 1 gets there, and ½ in one step.
import { gradTol, minimize, sgd, type Tensor } from '@downslope/core';

type Strategy = { ads: Tensor; discount: Tensor };
const revenue = ({ ads, discount }: Strategy): Tensor =>
  ads.mul(100).add(discount.mul(50)).sub(ads.square()).sub(discount.square());
const loss = (strategy: Strategy): Tensor => revenue(strategy).neg();

for (const lr of [0.1, 0.5, 0.9]) {
  const { last, steps } = minimize(
    loss,
    { ads: 0, discount: 0 },
    { method: sgd({ lr }), stop: gradTol(1e-9) },
  );
  const { ads, discount } = last.x;
  console.log(
    `rate ${lr}: ads $${ads.toFixed(2)}k, discount ${discount.toFixed(2)}%, revenue ${-last.value.toFixed(2)} after ${steps} steps`,
  );
  if (Math.abs(ads - 50) + Math.abs(discount - 25) > 1e-8)
    throw new Error(`expected 50 and 25, got ${ads}, ${discount}`);
}
