// All parameters at once, or one after the other? Gradient descent takes all slopes at the same point. To use a new
// θ₁ already in the slope of θ₂ is another method, coordinate descent: other points on the way, the same minimum.
import { coordinateDescent, maxSteps, minimize, sgd, type Tensor } from '@downslope/core';

// f = x² + y² + xy − 3x: ∂f/∂x = 2x + y − 3, ∂f/∂y = 2y + x, minimum at (2, −1)
const f = (p: Tensor): Tensor => {
  const [x, y] = [p.slice([0], [1]).sum(), p.slice([1], [2]).sum()];
  return p.square().sum().add(x.mul(y)).sub(x.mul(3));
};
const lr = 0.3;
const show = (x: ArrayLike<number>): string => `(${x[0]!.toFixed(4)}, ${x[1]!.toFixed(4)})`;

const atOnce = minimize(f, [0, 0], { method: sgd({ lr }), stop: maxSteps(40), path: true });
const inTurn = minimize(f, [0, 0], { method: coordinateDescent({ lr }), stop: maxSteps(80), path: true });
for (const k of [1, 2, 3, 10])
  console.log(`round ${k}: at once ${show(atOnce.path![k]!.x)}, in turn ${show(inTurn.path![2 * k]!.x)}`);
console.log(`in the end: ${show(atOnce.last.x.data)} and ${show(inTurn.last.x.data)}`);

const [first, second] = [atOnce.path![1]!.x, inTurn.path![2]!.x]; // x = 0.3·3 in both; then y = 0, or −0.3·0.9
if (Math.abs(first[0]! - 0.9) + Math.abs(first[1]!) > 1e-12) throw new Error(`at once: ${show(first)}`);
if (Math.abs(second[0]! - 0.9) + Math.abs(second[1]! + 0.27) > 1e-12)
  throw new Error(`in turn: ${show(second)}`);
for (const { last } of [atOnce, inTurn])
  if (Math.hypot(last.x.data[0]! - 2, last.x.data[1]! + 1) > 1e-4)
    throw new Error(`ended at ${show(last.x.data)}`);

const { steps } = minimize(f, [0, 0], { method: coordinateDescent() }); // each to its minimum along its axis
console.log(`with exact steps along the axes: ${steps} of them`);
