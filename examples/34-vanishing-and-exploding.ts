// Gradients through many layers are products. A sigmoid's slope is at most ¼, so that ten layers leave less than 4⁻¹⁰
// of them; ReLU with He's initial weights keeps their size; weights twice as large double it at each layer, and
// clipping bounds the step. A rate that is too large for the loss overflows in some hundred steps: the run ends
// there, with its best point kept, and no NaN spreads.
import {
  activations,
  chain,
  clipByGlobalNorm,
  grad,
  maxSteps,
  minimize,
  random,
  sgd,
  type Tensor,
} from '@downslope/core';

const [width, depth] = [64, 10];
const numbers = random(0, 'weights');
const draw = (scale: number) =>
  Array.from({ length: depth }, () =>
    Array.from({ length: width }, () => Array.from({ length: width }, () => scale * numbers.normal())),
  );
const input = Array.from({ length: width }, () => numbers.normal());

/** ‖∂(Σ output)/∂input‖ */
function reach(weights: number[][][], activation: (x: Tensor) => Tensor): number {
  const network = (x: Tensor): Tensor =>
    weights.reduce((h: Tensor, w) => activation(x.constant(w).matmul(h)), x).sum();
  return Math.hypot(...grad(network)(input).data);
}
const he = Math.sqrt(2 / width);
const [sigmoid, relu, large] = [
  reach(draw(1 / Math.sqrt(width)), activations.sigmoid),
  reach(draw(he), activations.relu),
  reach(draw(2 * he), activations.relu),
];
console.log(
  `through ${depth} layers: sigmoid ${sigmoid.toExponential(1)}, ReLU ${relu.toExponential(1)}, weights twice as large ${large.toExponential(1)}`,
);
if (!(sigmoid < 1e-4 && relu > 0.5 && relu < 100 && large > 100 * relu)) throw new Error('not as expected');

const steep = (x: Tensor): Tensor => x.pow(4).sum();
const wild = minimize(steep, [3], { method: sgd({ lr: 0.1 }), stop: maxSteps(100) });
console.log(`x⁴ at rate 0.1: ${wild.status} after ${wild.steps} steps; best f = ${wild.best.value}`);
const method = chain(clipByGlobalNorm(1), sgd({ lr: 0.1 }));
const tame = minimize(steep, [3], { method, stop: maxSteps(100) });
console.log(`clipped to norm 1: f = ${tame.last.value.toExponential(1)} after ${tame.steps} steps`);
if (wild.best.value !== 81 || wild.status === 'maxSteps' || tame.last.value > 1e-2)
  throw new Error('clipping ought to help');
