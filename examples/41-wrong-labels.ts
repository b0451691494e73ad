// Wrong labels: a tenth of them flipped at random. The best that a model can say is then 90 % on either side, however
// clear the rows are. Label smoothing, y(1 − ε) + ε/2 with ε = 0.2, aims at 90 % from the start.
import { minimize, random, type Tensor } from '@downslope/core';

const numbers = random(6, 'rows');
const x = Array.from({ length: 4000 }, () => numbers.normal());
const truth = x.map((v) => (v > 0 ? 1 : 0));
const flipped = truth.map((y) => (numbers.uniform() < 0.1 ? 1 - y : y));
const smoothed = truth.map((y) => y * (1 - 0.2) + 0.2 / 2);

/** How sure the best model is that knows a row's side and nothing else: its logit is z on the right, −z on the left. */
function sureness(labels: readonly number[]): number {
  const side = x.map(Math.sign);
  const crossEntropy = (z: Tensor): Tensor => {
    const logit = z.mul(side);
    return logit.softplus().sub(logit.mul(labels)).mean();
  };
  return 1 / (1 + Math.exp(-minimize(crossEntropy, 0).best.x));
}
const [wrong, smooth] = [sureness(flipped), sureness(smoothed)];
console.log(
  `a tenth wrong: ${(100 * wrong).toFixed(1)}% sure; right, but smoothed: ${(100 * smooth).toFixed(1)}%`,
);

const right = flipped.filter((y, i) => y === truth[i]).length / x.length; // what counting gives
if (Math.abs(wrong - right) > 1e-5 || Math.abs(smooth - 0.9) > 1e-5)
  throw new Error(`${wrong} and ${smooth}`);
