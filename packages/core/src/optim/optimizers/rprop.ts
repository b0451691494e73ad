import { leafwise, zerosLike } from '../leaves.js';
import { optionsOf } from '../options.js';
import type { Schedulable, Transform } from '../transform.js';

export interface RpropOptions {
  /** The first step of every parameter (default 0.01); it has no effect later. */
  readonly lr?: Schedulable;
  /** η⁻: what a step is multiplied by when the gradient has changed its sign (default 0.5). */
  readonly etaMinus?: Schedulable;
  /** η⁺: what a step is multiplied by when the sign has stayed (default 1.2). */
  readonly etaPlus?: Schedulable;
  /** The smallest step (default 1e-6). */
  readonly minStep?: Schedulable;
  /** The largest step (default 50). */
  readonly maxStep?: Schedulable;
}

/**
 * Rprop: only the signs of the gradient count; each parameter finds the length of its step by itself. For full batches:
 * the noise of small ones changes signs for no reason.
 *
 * s = lr at first; s ← clip(s·η⁺) where g keeps its sign, clip(s·η⁻) where it changes, and there g ← 0: the parameter
 * waits for a step; x ← x − s·sign(g). Two more numbers a parameter are kept.
 *
 * @throws when an option is out of range
 * @example
 * ```ts
 * import { rprop } from '@downslope/core';
 * const optimizer = rprop({ lr: 0.05, maxStep: 1 });
 * ```
 *
 * Source: M. Riedmiller, H. Braun, "A direct adaptive method for faster backpropagation learning: the RPROP algorithm",
 * 1993, in PyTorch's form, which does not take back the step that went too far (iRprop⁻). PyTorch's `etas` are
 * (etaMinus, etaPlus), its `step_sizes` (minStep, maxStep).
 */
export function rprop(options: RpropOptions = {}): Transform {
  const { lr, etaMinus, etaPlus, minStep, maxStep } = optionsOf('rprop', options, {
    lr: 0.01,
    etaMinus: 0.5,
    etaPlus: 1.2,
    minStep: 1e-6,
    maxStep: 50,
  });
  return leafwise({
    name: 'rprop',
    hyper: { lr, etaMinus, etaPlus, minStep, maxStep },
    init: (param) => ({ last: zerosLike(param), size: zerosLike(param) }),
    update(g, state, { hyper, step }) {
      const agreement = g.mul(state.last).sign();
      const turned = agreement.lt(0);
      const before = step.eq(1).where(hyper.lr, state.size);
      const kept = agreement.gt(0).where(before.mul(hyper.etaPlus), before);
      const size = turned.where(before.mul(hyper.etaMinus), kept).clip(hyper.minStep, hyper.maxStep);
      const last = turned.where(0, g);
      return [last.sign().mul(size).neg(), { last, size }];
    },
  });
}
