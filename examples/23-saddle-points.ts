// A saddle: f = x² − y² + ¼y⁴, flat at 0, with minima at y = ±√2. On the ridge y = 0 gradient descent goes to the
// saddle and stays. A hair beside it the distance grows by 1 + 2·lr a step, so that it lingers for
// ln(1/hair)/ln(1 + 2·lr) steps. A little noise does as well.
import { addNoise, analyze, chain, maxSteps, minimize, sgd, type Tensor } from '@downslope/core';

const f = (p: Tensor): Tensor => {
  const squares = p.square();
  return squares
    .mul([1, -1])
    .sum()
    .add(squares.square().mul([0, 0.25]).sum());
};
const { kind, lambdaMin, lambdaMax, message } = analyze(f, [0, 0]);
console.log(`at (0, 0): curvatures ${lambdaMin} and ${lambdaMax}. ${message}`);
if (kind !== 'saddle') throw new Error(`the point is no ${kind}`);

const lr = 0.1;
for (const hair of [0, 1e-4, 1e-8]) {
  const { path = [] } = minimize(f, [1, hair], { method: sgd({ lr }), stop: maxSteps(200), path: true });
  const away = path.findIndex(({ x }) => Math.abs(x[1]!) > 1);
  const expected = Math.log(1 / hair) / Math.log(1 + 2 * lr);
  console.log(
    `from (1, ${hair}): ${away < 0 ? 'stays at the saddle' : `leaves after ${away} steps, ${expected.toFixed(0)} expected`}`,
  );
  if (hair === 0 ? away >= 0 : Math.abs(away - expected) > 5) throw new Error(`left after ${away} steps`);
}
const noisy = minimize(f, [1, 0], {
  method: chain(addNoise({ eta: 1e-8, seed: 0 }), sgd({ lr })),
  stop: maxSteps(300),
});
console.log(`with a little noise: y = ${noisy.last.x.data[1]!.toFixed(4)}`);
if (Math.abs(Math.abs(noisy.last.x.data[1]!) - Math.SQRT2) > 1e-3) throw new Error('the noise ought to help');
