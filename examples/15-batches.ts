// Full batches against mini-batches: 1,000 rows, y = 2a − 1.5b + 0.5c + noise, rate 0.01. In one epoch batches of 32
// take 32 steps where the full batch takes one, so that they are there in a few epochs. Then their noise keeps them
// from standing still, at about half the rate times the noise; a rate that falls to 0 settles that.
import {
  cosine,
  fit,
  linear,
  linearLeastSquares,
  random,
  type Schedulable,
  sgd,
  squared,
} from '@downslope/core';

const numbers = random(42, 'rows');
const x = Array.from({ length: 1000 }, () => [numbers.normal(), numbers.normal(), numbers.normal()]);
const y = x.map(([a, b, c]) => 2 * a! - 1.5 * b! + 0.5 * c! + 0.5 * numbers.normal());
const floor = linearLeastSquares(x, y).loss; // nothing can be lower
console.log(`the least loss possible: ${floor.toFixed(5)}`);

async function train(name: string, batchSize: number | 'full', lr: Schedulable) {
  const run = fit(linear({ inputs: 3, outputs: 1 }), {
    train: { x, y: y.map((v) => [v]) },
    validation: { x, y: y.map((v) => [v]) }, // the same rows: the loss after the epoch, not during it
    evaluateEvery: 1,
    loss: squared,
    optimizer: sgd({ lr }),
    batchSize,
    epochs: 100,
    dtype: 'float64',
  });
  const losses: number[] = [];
  for await (const event of run) if (event.kind === 'epoch') losses.push(event.validationLoss!);
  const reached = losses.findIndex((loss) => loss < 1) + 1;
  const last = losses[losses.length - 1]! - floor;
  console.log(
    `${name}: loss below 1 after ${reached} epochs; ${last.toExponential(1)} above the least after 100`,
  );
  return { reached, last };
}
const full = await train('full batch', 'full', 0.01);
const mini = await train('batches of 32', 32, 0.01);
const cooled = await train('batches of 32, cosine', 32, cosine(0.01, { steps: 3200 }));
if (!(mini.reached < full.reached / 5)) throw new Error('mini-batches ought to be far ahead at first');
if (!(cooled.last < mini.last / 10 && cooled.last > -1e-12))
  throw new Error('a falling rate ought to settle');
