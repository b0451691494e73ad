// Four optimizers in Rosenbrock's bent valley, from (−1, 1), at the rates of a tutorial, 5,000 steps each. Its
// printed results are wrong for all but Adam: gradient descent ends at a loss of 0.0036, not 1.7. Momentum as an
// average of gradients goes at the very same pace, for its effective rate is lr, not lr/(1 − β); and RMSProp comes
// last: steps of a fixed size cannot settle.
import { adam, maxSteps, minimize, problems, rmsprop, sgd } from '@downslope/core';

const { f } = problems.rosenbrock;
const methods = {
  'gradient descent': sgd({ lr: 0.001 }),
  'averaged momentum': sgd({ lr: 0.001, momentum: 0.9, dampening: 0.9 }),
  'heavy ball': sgd({ lr: 0.001, momentum: 0.9 }),
  RMSProp: rmsprop({ lr: 0.005, alpha: 0.9 }),
  Adam: adam({ lr: 0.01 }),
};
// The loss after 200 steps by numpy, in float64. (Later RMSProp and Adam jump about at the bottom, where the last bit of a
// sum decides how.)
const known: Record<string, number> = {
  'gradient descent': 3.3166629893283592,
  'averaged momentum': 3.3178801583086623,
  'heavy ball': 0.06410971983066094,
  RMSProp: 1.6759080160353206,
  Adam: 0.21627663753917797,
};

for (const [name, method] of Object.entries(methods)) {
  const { path = [] } = minimize(f, [-1, 1], { method, stop: maxSteps(5000), path: true });
  const { x, value } = path[5000]!;
  console.log(
    `${name.padEnd(18)} (${x[0]!.toFixed(4)}, ${x[1]!.toFixed(4)})  loss ${value.toExponential(2)}`,
  );
  const [early, exact] = [path[200]!.value, known[name]!];
  if (Math.abs(early / exact - 1) > 1e-8) throw new Error(`${name}: ${early} after 200 steps, not ${exact}`);
}
