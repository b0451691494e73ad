import type { Tensor } from '../../tensor/tensor.js';
import { covered, labelOf } from '../coverage.js';
import { mapLeaves } from '../leaves.js';
import { optionsOf } from '../options.js';
import type { Leaves, Schedulable, State, Transform } from '../transform.js';
import { hyperOf, innerOf, isMultiple } from './when.js';

type Slow = { readonly inner: State<Tensor>; readonly slow: Leaves<Tensor> };

export interface LookaheadOptions {
  /** Fast steps between two of the slow weights (default 5). */
  readonly k?: number;
  /** α: how far the slow weights follow (default 0.5). */
  readonly slowStepSize?: Schedulable;
}

/**
 * Lookahead: an optimizer explores, and every k steps slow weights go part of the way after it; from there it goes on.
 *
 * x ← x + u with the optimizer's u; after steps k, 2k, …: slow ← slow + α(x − slow), x ← slow. The optimizer's state goes on.
 *
 * The slow weights are those to evaluate with and to keep. It steadies optimizers that oscillate, and forgives a learning
 * rate that is somewhat too large. One more number a parameter.
 *
 * @example
 * ```ts
 * import { adam, lookahead } from '@downslope/core';
 * const optimizer = lookahead(adam({ lr: 0.01 }), { k: 6 });
 * ```
 *
 * Source: M. Zhang, J. Lucas, G. Hinton, J. Ba, "Lookahead optimizer: k steps forward, 1 step back", 2019.
 */
export function lookahead(optimizer: Transform, options: LookaheadOptions = {}): Transform {
  const { k, slowStepSize } = optionsOf('lookahead', options, {
    k: 5,
    slowStepSize: 0.5,
  });
  const own = { name: 'lookahead', hyper: hyperOf(optimizer, 'lookahead', { slowStepSize }) };
  return {
    ...own,
    init: (params) => ({ inner: optimizer.init(params), slow: params }),
    update(gradients, state, context) {
      const { inner: before, slow } = state as Slow;
      const [moves, inner] = optimizer.update(gradients, before, context);
      const meet = isMultiple(context.step, k);
      const next = mapLeaves(slow, (old, name) => {
        const fast = context.params[name]!.add(moves[name]!);
        return meet.where(old.add(fast.sub(old).mul(context.hyper.slowStepSize!)), old);
      });
      const updates = mapLeaves(moves, (move, name) =>
        meet.where(next[name]!.sub(context.params[name]!), move),
      );
      return [updates, { inner, slow: next }];
    },
    ...innerOf(optimizer),
    evalParams: (_, state) => (state as Slow).slow,
    covers: (params) =>
      mapLeaves(covered(optimizer, params), (words) => [
        ...words,
        labelOf({ name: 'lookahead', hyper: { slowStepSize } }),
      ]),
  };
}
