import {
  array,
  binaryCrossEntropy,
  gradTol,
  type Minimum,
  minimize,
  type Tensor,
  zeros,
} from '../../../packages/core/dist/index.js';
import { solveData } from '../data.js';
import type { Runner } from '../measure.js';
import type { Of } from '../workload.js';

type Weights = { w: Tensor; b: Tensor };

/** Logistic regression to its minimum: one call of `minimize`, with all that it does. */
export function solve(task: Of<'solve'>): Runner {
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
  let found: Minimum<unknown> | undefined;
  const run = (calls: number): void => {
    for (let i = 0; i < calls; i++) found = minimize(loss, start, { stop: gradTol(task.gradTol) });
  };
  const value = (): number => {
    run(1);
    if (found!.status !== 'gradTol') throw new Error(found!.message);
    return found!.best.value;
  };
  return { form: '', steps: 1, reset() {}, run, loss: value };
}
