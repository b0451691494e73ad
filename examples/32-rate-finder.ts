// Finding a learning rate by trying: raise it by a tenth each step and watch the loss. It falls faster and faster,
// then explodes, well above the critical rate 2/L: it takes some steps to be seen. A tenth of where it explodes is a
// good rate. On this table L is known, so that the advice can be checked.
import {
  analyze,
  exponential,
  linearLeastSquares,
  maxSteps,
  minimize,
  random,
  sgd,
  type Tensor,
} from '@downslope/core';

const numbers = random(8, 'rows');
const x = Array.from({ length: 500 }, () => [
  1,
  numbers.normal(),
  2 * numbers.normal(),
  numbers.normal() + 1,
]);
const y = x.map(([, a, b, c]) => a! - 2 * b! + 3 * c! + 0.3 * numbers.normal());
const loss = (w: Tensor): Tensor => w.constant(x).matmul(w).sub(y).square().mean();
const critical = analyze(loss, [0, 0, 0, 0], { steps: 0 }).criticalRates!.gradientDescent;

const lr = exponential(1e-5, { gamma: 1.1 });
const { path = [] } = minimize(loss, [0, 0, 0, 0], { method: sgd({ lr }), stop: maxSteps(400), path: true });
let least = path[0]!.value;
const exploded = path.findIndex(({ value }) => {
  least = Math.min(least, value);
  return value > 4 * least;
});
for (let k = 0; k <= exploded; k += 16)
  console.log(`rate ${lr(k).toExponential(1)}: loss ${path[k]!.value.toFixed(3)}`);
const rate = lr(exploded) / 10;
console.log(
  `explodes at ${lr(exploded).toFixed(3)}; 2/L = ${critical.toFixed(3)}; a tenth: ${rate.toFixed(4)}`,
);
if (!(lr(exploded) > critical && rate < critical)) throw new Error('the explosion ought to come after 2/L');

const { last } = minimize(loss, [0, 0, 0, 0], { method: sgd({ lr: rate }), stop: maxSteps(500) });
const best = linearLeastSquares(x, y, { intercept: false }).loss;
console.log(`500 steps at that rate: loss ${last.value.toFixed(4)}; the least is ${best.toFixed(4)}`);
if (last.value > 1.01 * best) throw new Error('the rate ought to do');
