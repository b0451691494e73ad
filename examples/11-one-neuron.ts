// One neuron, ŷ = σ(wx + b), learns 0 → 0 and 1 → 1 by 100 steps at rate 1. Squared error of a sigmoid is slow: where
// the neuron is sure, its slope σ(1 − σ) is nearly 0. Cross-entropy cancels that factor and gets further in the same
// steps.
import { maxSteps, minimize, sgd, type Tensor } from '@downslope/core';

type Neuron = { w: Tensor; b: Tensor };
const x = [0, 1];
const y = [0, 1];
const squaredError = ({ w, b }: Neuron): Tensor => w.mul(x).add(b).sigmoid().sub(y).square().mean();
const crossEntropy = ({ w, b }: Neuron): Tensor => {
  const z = w.mul(x).add(b);
  return z.softplus().sub(z.mul(y)).mean(); // −y·ln σ(z) − (1 − y)·ln(1 − σ(z))
};

const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));
const train = (loss: (neuron: Neuron) => Tensor) =>
  minimize(loss, { w: 0.5, b: 0 }, { method: sgd({ lr: 1 }), stop: maxSteps(100) }).last.x;
for (const [name, { w, b }] of [
  ['squared error', train(squaredError)],
  ['cross-entropy', train(crossEntropy)],
] as const)
  console.log(
    `${name}: w = ${w.toFixed(3)}, b = ${b.toFixed(3)}; 0 → ${sigmoid(b).toFixed(3)}, 1 → ${sigmoid(w + b).toFixed(3)}`,
  );

const { w, b } = train(squaredError); // by numpy: w = 3.712172532590135, b = −1.7254550932952046
if (Math.abs(w - 3.712172532590135) + Math.abs(b + 1.7254550932952046) > 1e-9)
  throw new Error(`w = ${w}, b = ${b}`);
const better = train(crossEntropy);
if (!(better.b < b && better.w > w)) throw new Error('cross-entropy ought to be ahead');
