// When to stop: a network learns a few noisy points by heart, and its loss on others turns. Patience waits some
// epochs for a new best and then goes back to it. A tutorial's story stops 5 epochs after its best one and keeps the
// last weights; the best are those of the turn. Its first loss, 2.3, is no binary cross-entropy either: a model that
// knows nothing has ln 2 = 0.69; ln 10 = 2.30 is for ten classes.
import { adam, binaryCrossEntropy, compile, fit, mlp, random } from '@downslope/core';

const numbers = random(1, 'points');
const points = (count: number) => {
  const x = Array.from({ length: count }, () => [numbers.normal(), numbers.normal()]);
  const y = x.map(([a, b]) => [a! * b! > 0 === numbers.uniform() > 0.15 ? 1 : 0]); // 15 % are wrong
  return { x, y };
};
const run = fit(mlp({ inputs: 2, hidden: [64, 64], outputs: 1 }), {
  train: points(60),
  validation: points(400),
  loss: binaryCrossEntropy,
  optimizer: adam({ lr: 0.01 }),
  epochs: 200,
  patience: 20,
  seed: 1,
});
const seen: number[] = [];
for await (const event of run)
  if (event.kind === 'epoch') {
    seen.push(event.validationLoss!);
    if (event.epoch % 10 === 0)
      console.log(
        `epoch ${event.epoch}: loss ${event.loss.toFixed(3)}, on others ${event.validationLoss!.toFixed(3)}`,
      );
  }
const { status, bestEpoch, validationLoss } = await run.result;
console.log(
  `${status} after ${seen.length} epochs; kept are the weights of epoch ${bestEpoch}, ${validationLoss!.toFixed(3)}`,
);

const nothing = compile(binaryCrossEntropy)([[0]], [[1]]).data[0]!; // a logit of 0: one half
console.log(`knowing nothing: ${nothing.toFixed(4)} for two classes, ${Math.log(10).toFixed(4)} for ten`);
if (Math.abs(nothing - Math.LN2) > 1e-7) throw new Error(`ln 2 is not ${nothing}`);
if (status !== 'earlyStopped' || validationLoss! > Math.min(...seen) + 1e-6)
  throw new Error('not the best weights');
