// The smallest descent: f(x) = x² − 4x + 5 from x = 0 at rate 0.1. Each step takes a fifth of the way that is left,
// for 1 − lr·f″ = 1 − 0.1·2 = 0.8; so xₖ = 2 − 2·0.8ᵏ, and 20 steps end at 1.9769, not at 2.
import { maxSteps, minimize, sgd, type Tensor } from '@downslope/core';

const f = (x: Tensor): Tensor => x.square().sub(x.mul(4)).add(5);
const { path = [] } = minimize(f, 0, { method: sgd({ lr: 0.1 }), stop: maxSteps(20), path: true });

for (const [k, { x, value, gradNorm }] of path.entries()) {
  const exact = 2 - 2 * 0.8 ** k;
  if (k % 4 === 0)
    console.log(
      `step ${k}: x = ${x[0]!.toFixed(4)}, f = ${value.toFixed(4)}, |slope| = ${gradNorm.toFixed(4)}`,
    );
  if (Math.abs(x[0]! - exact) > 1e-12) throw new Error(`step ${k} is at ${x[0]}, not at ${exact}`);
}
