// Why weights start at random: hidden units that start alike get the same gradient, for ever, and together are one.
// XOR needs two. (0 → 0 and 1 → 1, which a tutorial calls XOR-like, needs none.) One unit rises or falls along one
// direction: the best that it can say is 0, ⅔, ⅔, ⅔, for a loss of 1/6.
import { lbfgs, minimize, random, type Tensor } from '@downslope/core';

const x = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
];
const y = [0, 1, 1, 0];
type Network = { w: Tensor; b: Tensor; v: Tensor; c: Tensor };
const loss = ({ w, b, v, c }: Network): Tensor =>
  w.constant(x).matmul(w).add(b).tanh().matmul(v).add(c).sub(y).square().mean();

const numbers = random(2, 'weights');
const units = 4;
const fill = (value: () => number) => ({
  w: [0, 1].map(() => Array.from({ length: units }, value)),
  b: Array.from({ length: units }, value),
  v: Array.from({ length: units }, value),
  c: 0,
});
const alike = minimize(
  loss,
  fill(() => 0.5),
  { method: lbfgs() },
).best;
const different = minimize(
  loss,
  fill(() => numbers.normal()),
  { method: lbfgs() },
).best;

const show = (w: ArrayLike<number>): string =>
  Array.from(w, (value) => value.toFixed(3))
    .slice(0, units)
    .join(', ');
console.log(
  `started alike:     loss ${alike.value.toFixed(4)}, first weights of the units ${show(alike.x.w.data)}`,
);
console.log(
  `started at random: loss ${different.value.toFixed(4)}, first weights of the units ${show(different.x.w.data)}`,
);
const spread = Math.max(...alike.x.v.data) - Math.min(...alike.x.v.data);
if (spread > 1e-9 || Math.abs(alike.value - 1 / 6) > 1e-3)
  throw new Error('units that start alike ought to stay alike');
if (different.value > 1e-6) throw new Error(`XOR ought to be learned, got ${different.value}`);
