// A rare class: 4 % of the rows. Counting each of them r times adds ln r to the logit, so that more of them are
// found, and more others are called so. Focal loss, (1 − p)²·(−ln p), turns down the voices of the many easy rows.
import { lbfgs, minimize, random, type Tensor } from '@downslope/core';

const numbers = random(6, 'rows');
const x = Array.from({ length: 4000 }, () => numbers.normal());
const chance = (logit: number): number => 1 / (1 + Math.exp(-logit));
const rare = x.map((v) => (numbers.uniform() < chance(1.5 * v - 4) ? 1 : 0));

type Line = { a: Tensor; b: Tensor };
const logits = ({ a, b }: Line): Tensor => a.mul(x).add(b);
const crossEntropy = (z: Tensor, y: readonly number[]): Tensor => z.softplus().sub(z.mul(y));
const fitted = (loss: (z: Tensor) => Tensor) =>
  minimize((line: Line) => loss(logits(line)).mean(), { a: 0, b: 0 }, { method: lbfgs() }).best.x;

const plain = fitted((z) => crossEntropy(z, rare));
const weighted = fitted((z) => crossEntropy(z, rare).mul(rare.map((y) => (y ? 30 : 1))));
const focal = fitted((z) => {
  const miss = z.mul(rare.map((y) => 1 - 2 * y)).sigmoid(); // the chance given to what is not so
  return crossEntropy(z, rare).mul(miss.square());
});
const found = ({ a, b }: { a: number; b: number }): string => {
  const called = x.map((v) => a * v + b > 0);
  const right = called.filter((yes, i) => yes && rare[i] === 1).length;
  return `${right} of ${rare.filter(Boolean).length} found, ${called.filter(Boolean).length - right} others called so`;
};
for (const [name, line] of Object.entries({ plain, weighted, focal }))
  console.log(
    `${name.padEnd(8)}: logit ${line.a.toFixed(2)}·x ${line.b < 0 ? '−' : '+'} ${Math.abs(line.b).toFixed(2)}; ${found(line)}`,
  );
console.log(
  `a weight of 30 moves the logit by ${(weighted.b - plain.b).toFixed(2)}; ln 30 = ${Math.log(30).toFixed(2)}`,
);
if (Math.abs(weighted.b - plain.b - Math.log(30)) > 0.4) throw new Error('the shift ought to be about ln 30');
