import { compile } from '../../compile/compile.js';
import type { NdArray } from '../../tensor/array.js';
import type { Tensor } from '../../tensor/tensor.js';
import { trainingPass } from '../../tensor/training.js';
import { evaluationOf } from '../evaluation.js';
import { applyUpdates, mapLeaves } from '../leaves.js';
import { type Leaves, type State, type Transform, valueAt } from '../transform.js';
import type { Engine } from './engines.js';

/** Of random numbers; each step is its own measure of progress. */
const SEED = 7;

export type Loss = (params: Leaves<Tensor>, data: Leaves<Tensor>) => Tensor;

/** Where a descent is: all there is to know to go on. */
export interface Position {
  readonly taken: number;
  readonly params: Leaves<NdArray>;
  readonly state: State<NdArray>;
}

export const start = (optimizer: Transform, params: Leaves<NdArray>): Position => ({
  taken: 0,
  params,
  state: optimizer.init(params),
});

/** One step (loss, gradient, update) as one function of tensors. */
export const training =
  (optimizer: Transform, loss: Loss) =>
  (
    params: Leaves<Tensor>,
    state: State<Tensor>,
    hyper: Leaves<Tensor>,
    step: Tensor,
    data: Leaves<Tensor>,
  ): { params: Leaves<Tensor>; state: State<Tensor> } => {
    const { grads, ...more } = evaluationOf((at) => loss(at, data), params);
    const random = trainingPass(step.like(SEED), step);
    const context = { params, hyper, step, random, metric: more.loss.cast('float64'), ...more };
    const [updates, next] = optimizer.update(grads, state, context);
    return { params: applyUpdates(params, updates), state: next };
  };

type Step = (
  params: Leaves<NdArray>,
  state: State<NdArray>,
  hyper: Leaves<number>,
  step: number,
  data: Leaves<NdArray>,
) => Pick<Position, 'params' | 'state'>;

/** Takes one step from a position, by one program. */
export function stepper(optimizer: Transform, loss: Loss, engine: Engine = compile) {
  const step = engine(training(optimizer, loss)) as unknown as Step;
  return ({ taken, params, state }: Position, data: Leaves<NdArray> = {}): Position => {
    const hyper = mapLeaves(optimizer.hyper, (value) => valueAt(value, taken));
    return { taken: taken + 1, ...step(params, state, hyper, taken + 1, data) };
  };
}

/** The position after so many steps. */
export function descend(
  optimizer: Transform,
  loss: Loss,
  from: Position,
  steps: number,
  engine: Engine = compile,
): Position {
  const step = stepper(optimizer, loss, engine);
  let position = from;
  for (let i = 0; i < steps; i++) position = step(position);
  return position;
}
