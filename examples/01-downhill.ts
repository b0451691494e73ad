// Gradient descent by hand: x ← x − lr·f′(x) on f(x) = x² − 4x + 5, whose minimum is f(2) = 1.
import { grad, type Tensor } from '@downslope/core';

const f = (x: Tensor): Tensor => x.square().sub(x.mul(4)).add(5);
const slope = grad(f);

let x = 10;
for (let step = 0; step <= 40; step++) {
  if (step % 10 === 0) console.log(`step ${step}: x = ${x.toFixed(6)}, slope ${slope(x).toFixed(6)}`);
  x -= 0.1 * slope(x);
}
if (Math.abs(x - 2) > 0.01) throw new Error(`the descent ended at ${x}, not at 2`);
