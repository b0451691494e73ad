// Where Adam goes the wrong way: gradients 3, −1, −1, again and again. Their mean is ⅓, so x should go down. But with
// β₂ = 0.1 Adam has forgotten how large the 3 was when the −1 come, and makes two long steps up for one down. AMSGrad
// divides by the largest v that it has seen, and gets it right. (The case is one of convex functions: that AMSGrad is
// for non-convex ones, as a tutorial has it, is not the point.)
import { adam, amsgrad, array, fit, type Tensor, type Transform } from '@downslope/core';

const gradients = Array.from({ length: 3000 }, (_, t) => [t % 3 === 0 ? 3 : -1]);
async function walk(optimizer: Transform): Promise<number> {
  const { params } = await fit(
    { init: () => ({ x: array(0) }), apply: ({ x }: { x: Tensor }, c: Tensor) => c.mul(x) },
    {
      train: { x: gradients, y: gradients },
      loss: (cx: Tensor) => cx.mean(), // c·x, whose slope is c
      optimizer,
      batchSize: 1,
      epochs: 1,
      shuffle: false,
      dtype: 'float64',
    },
  ).result;
  return params.x.data[0]!;
}

const options = { lr: 0.001, beta1: 0, beta2: 0.1 };
const [plain, fixed] = [await walk(adam(options)), await walk(amsgrad(options))];
console.log(`Adam goes to ${plain.toFixed(3)}: up. AMSGrad goes to ${fixed.toFixed(3)}: down.`);

// In the long run v is (9 + 0.1·1 + 0.01·1)·0.9/(1 − 0.001) after a 3, then a tenth of that plus 0.9, and so again.
const v3 = (0.9 * (9 + 0.1 + 0.01)) / (1 - 0.001);
const [v1, v2] = [0.1 * v3 + 0.9, 0.01 * v3 + 0.99];
const round = -3 / Math.sqrt(v3) + 1 / Math.sqrt(v1) + 1 / Math.sqrt(v2); // of three steps, over lr
console.log(`per round: Adam ${round.toFixed(3)}·lr, AMSGrad ${(-1 / Math.sqrt(v3)).toFixed(3)}·lr`);
if (Math.abs(plain - round) > 0.01 || Math.abs(fixed + 1 / Math.sqrt(v3)) > 0.01)
  throw new Error(`${plain}, ${fixed}`);
