// Weight decay and an L2 penalty are the same for SGD, not for Adam. A penalty goes into the gradient, and Adam
// divides it by the size of gradients: a weight with large ones hardly decays, one with small ones decays fast. AdamW
// takes the share lr·λ from each alike. Here two weights get gradients of ±100 and ±0.01, which cancel, so that decay
// is all that moves them.
import { adam, adamW, array, fit, type Tensor, type Transform } from '@downslope/core';

const gradients = Array.from({ length: 2000 }, (_, t) => (t % 2 === 0 ? [100, 0.01] : [-100, -0.01]));
async function decayed(optimizer: Transform): Promise<number[]> {
  const { params } = await fit(
    { init: () => ({ w: array([1, 1]) }), apply: ({ w }: { w: Tensor }, g: Tensor) => g.matmul(w) },
    {
      train: { x: gradients, y: gradients },
      loss: (gw: Tensor) => gw.mean(),
      optimizer,
      batchSize: 1,
      epochs: 1,
      shuffle: false,
      dtype: 'float64',
    },
  ).result;
  return [...params.w.data];
}

const [lr, weightDecay] = [0.001, 0.1];
const coupled = await decayed(adam({ lr, weightDecay }));
const decoupled = await decayed(adamW({ lr, weightDecay }));
const alike = (1 - lr * weightDecay) ** 2000;
console.log(`L2 in Adam: ${coupled.map((w) => w.toFixed(4))}`);
console.log(`AdamW:      ${decoupled.map((w) => w.toFixed(4))}; (1 − lr·λ)²⁰⁰⁰ = ${alike.toFixed(4)}`);
if (decoupled.some((w) => Math.abs(w - alike) > 0.01))
  throw new Error('AdamW ought to take the same share of each');
if (!(coupled[0]! > 0.99 && coupled[1]! < 0.1)) throw new Error('Adam ought to tell them apart');
