import { cond } from '../../tensor/control/cond.js';
import { misuse } from '../../tensor/errors.js';
import { isTensor, type Tensor } from '../../tensor/tensor.js';
import { mapLeaves } from '../leaves.js';
import { type Context, checkTransform, type Leaves, type State, type Transform } from '../transform.js';

/** Is a whole number a multiple of k? The quotient is whole then, and only then, up to 2⁵³. */
export const isMultiple = (number: Tensor, k: number): Tensor => {
  const quotient = number.div(k);
  return quotient.floor().eq(quotient);
};

/** A step of a transform, if the condition holds; else updates of 0 and the state as it was. Only one of them is computed. */
export const updateIf = (
  condition: Tensor,
  transform: Transform,
  updates: Leaves<Tensor>,
  state: State<Tensor>,
  context: Context,
): readonly [Leaves<Tensor>, State<Tensor>] =>
  cond<readonly [Leaves<Tensor>, State<Tensor>]>(
    condition,
    () => {
      const [moved, next] = transform.update(updates, state, context);
      return [mapLeaves(updates, (_, name) => moved[name]!), inOrderOf(state, next)];
    },
    () => [mapLeaves(updates, (g) => g.like(0).broadcastTo(g.shape)), state],
  );

/** An optimizer may give its state back in another order. */
export const inOrderOf = (before: State<Tensor>, next: State<Tensor>): State<Tensor> =>
  mapLeaves(before, (was, key) => (isTensor(was) ? next[key]! : inOrderOf(was, next[key] as State<Tensor>)));

/** What a wrapper hands on of the optimizer that it keeps the state of under `inner`. */
export const innerOf = ({ evalParams, rate }: Transform): Pick<Transform, 'evalParams' | 'rate'> => ({
  ...(evalParams && {
    evalParams: (params, state) => evalParams(params, state.inner as State<Tensor>),
  }),
  ...(rate && { rate: (hyper, state) => rate(hyper, state.inner as State<Tensor>) }),
});

/** A wrapper's own hyperparameters beside those of what it wraps. */
export function hyperOf(optimizer: Transform, owner: string, own: Transform['hyper']): Transform['hyper'] {
  checkTransform(`${owner}: optimizer`, optimizer);
  const { name, hyper } = optimizer;
  const twice = Object.keys(own).find((option) => option in hyper);
  if (twice)
    throw misuse(
      `${owner}: ${name} already has a hyperparameter ${twice}, as two ${owner} in each other would`,
    );
  return { ...hyper, ...own };
}
