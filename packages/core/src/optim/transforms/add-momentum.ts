import { oneMinus } from '../averages.js';
import { leafwise, zerosLike } from '../leaves.js';
import { optionsOf } from '../options.js';
import type { Schedulable, Transform } from '../transform.js';

export interface AddMomentumOptions {
  /** μ: how much of the sum is left after a step (default 0.9). */
  readonly momentum?: Schedulable;
  /** How much of each gradient but the first is held back (default 0); equal to `momentum`, the sum is an average. */
  readonly dampening?: Schedulable;
  /** Look ahead: give g + μ·b in place of b (default false). */
  readonly nesterov?: boolean;
}

/**
 * A decaying sum of the updates so far: momentum.
 *
 * b ← g at the first step, then b ← μ·b + (1 − dampening)·g; gives b, or g + μ·b with `nesterov`.
 *
 * Source: B. Polyak, "Some methods of speeding up the convergence of iteration methods", 1964, in PyTorch's form, whose
 * first step is not dampened.
 */
export function addMomentum(options: AddMomentumOptions = {}): Transform<'momentum' | 'dampening'> {
  const { momentum, dampening, nesterov } = optionsOf('addMomentum', options, {
    momentum: 0.9,
    dampening: 0,
    nesterov: false,
  });
  return leafwise({
    name: 'addMomentum',
    hyper: { momentum, dampening },
    init: (param) => ({ b: zerosLike(param) }),
    update(g, state, { hyper, step }) {
      const gain = step.eq(1).where(1, oneMinus(hyper.dampening));
      const b = state.b.mul(hyper.momentum).add(g.mul(gain));
      return [nesterov ? g.add(b.mul(hyper.momentum)) : b, { b }];
    },
  });
}
