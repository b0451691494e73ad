import { compile } from '../../compile/compile.js';
import { evaluationOf } from '../../optim/evaluation.js';
import { type Leaves, type State, type Transform, valueAt } from '../../optim/transform.js';
import { array } from '../../tensor/array.js';
import type { Tensor } from '../../tensor/tensor.js';

/**
 * Whether the first step of an optimizer is twice as long where the gradient is: so it is with SGD and its kin, for which
 * 2/λmax bounds the rate and a rate goes with the batch size. Adam and its kin divide by the gradient's size: their steps
 * stay as long as they were.
 *
 * Found by trying it: on the plane ⟨g, w⟩, at w = 0.
 */
export function followsGradient(optimizer: Transform): boolean {
  const params = { w: array([[0, 0]]) };
  const state = optimizer.init(params);
  const hyper = Object.fromEntries(
    Object.entries(optimizer.hyper).map(([name, value]) => [name, valueAt(value, 0)]),
  );
  // A rate that begins at 0 would take no step.
  const numbers = 'lr' in hyper ? { ...hyper, lr: 0.01 } : hyper;
  const move = compile(
    (
      params: Leaves<Tensor>,
      state: State<Tensor>,
      hyper: Leaves<Tensor>,
      step: Tensor,
      g: Tensor,
    ): Tensor => {
      const { grads, ...more } = evaluationOf(({ w }) => w!.mul(g).sum(), params);
      const [updates] = optimizer.update(grads, state, { params, hyper, step, ...more });
      return updates.w!.square().sum().sqrt();
    },
  );
  const lengthAt = (size: number): number =>
    Number(move(params as never, state as never, numbers as never, 1, [[size, -size / 2]] as never).data[0]);
  return lengthAt(2) > 1.5 * lengthAt(1);
}
