import {
  array,
  binaryCrossEntropy,
  gradTol,
  type Host,
  type Minimum,
  minimize,
  type Tensor,
  zeros,
} from '../../../packages/core/dist/index.js';
import { ROSENBROCK_START, solveData } from '../data.js';
import type { Runner } from '../measure.js';
import type { Of } from '../workload.js';

type Weights = { w: Tensor; b: Tensor };

/** Logistic regression to its minimum: one call of `minimize`, with all that it does. */
export function solve(task: Of<'solve'>, host: Host): Runner {
  const { rows, features, l2 } = task;
  const data = solveData(task);
  const x = array(data.x, { shape: [rows, features] });
  const loss = ({ w, b }: Weights): Tensor =>
    binaryCrossEntropy(w.constant(x).matmul(w).add(b), w.constant(data.y))
      .mean()
      .add(
        w
          .square()
          .sum()
          .mul(l2 / 2),
      );
  const start = { w: zeros([features, 1], 'float64'), b: zeros([1], 'float64') };
  return minimising(() => minimize(loss, start, { stop: gradTol(task.gradTol), host }));
}

/** Rosenbrock's function to its minimum, again and again: `minimize` keeps the program. */
export function valley(task: Of<'valley'>, host: Host): Runner {
  const loss = ({ x, y }: { x: Tensor; y: Tensor }): Tensor =>
    x.sub(1).square().add(y.sub(x.square()).square().mul(100));
  const [x, y] = ROSENBROCK_START;
  return minimising(() => minimize(loss, { x, y }, { stop: gradTol(task.gradTol), host }));
}

function minimising(once: () => Minimum<unknown>): Runner {
  let found: Minimum<unknown> | undefined;
  const run = (calls: number): void => {
    for (let i = 0; i < calls; i++) found = once();
  };
  const value = (): number => {
    run(1);
    if (found!.status !== 'gradTol') throw new Error(found!.message);
    return found!.best.value;
  };
  return { form: '', steps: 1, reset() {}, run, loss: value };
}
