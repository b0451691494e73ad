import { misuse } from '../../tensor/errors.js';
import { covered, labelOf } from '../coverage.js';
import { mapLeaves } from '../leaves.js';
import { optionsOf } from '../options.js';
import { checkTransform, type Schedulable, type Transform } from '../transform.js';
import { isSelected, type Selector } from './select.js';
import { hyperOf } from './when.js';

export interface ProximalOptions {
  /** λ₁ of the penalty λ₁‖x‖₁, which makes weights exactly zero (default 0). */
  readonly l1?: Schedulable;
  /** λ₂ of the penalty ½λ₂‖x‖² (default 0). */
  readonly l2?: Schedulable;
  /** Which parameters are penalised (default all); `matrices` spares biases. */
  readonly only?: Selector;
}

/**
 * An L1 or elastic-net penalty by proximal steps, after those of any optimizer: weights that do not pay become exactly zero,
 * as they never do by a subgradient.
 *
 * x ← x + u with the optimizer's u, then x ← sign(x)·max(|x| − lr·λ₁, 0)/(1 + lr·λ₂), with the optimizer's `lr`.
 *
 * With `sgd` this is proximal gradient descent (ISTA), whose limit is the penalised optimum; with momentum μ, whose steps are
 * 1/(1 − μ) times as long, it is that of penalties 1 − μ times as large. With an optimizer that scales gradients, as Adam, the
 * penalty is in units of the scaled gradient, as decoupled weight decay is.
 *
 * @param optimizer any optimizer with a hyperparameter `lr`
 * @throws when an option is out of range, or the optimizer has no `lr`
 * @example
 * ```ts
 * import { matrices, proximal, sgd } from '@downslope/core';
 * const lasso = proximal(sgd({ lr: 0.1 }), { l1: 0.01, only: matrices });
 * ```
 *
 * Source: A. Beck, M. Teboulle, "A fast iterative shrinkage-thresholding algorithm for linear inverse problems", 2009;
 * H. Zou, T. Hastie, "Regularization and variable selection via the elastic net", 2005.
 */
export function proximal(optimizer: Transform, options: ProximalOptions): Transform {
  const { l1, l2, only } = optionsOf('proximal', options, { l1: 0, l2: 0, only: () => true });
  checkTransform('proximal: optimizer', optimizer);
  if (!('lr' in optimizer.hyper))
    throw misuse(
      `proximal: ${optimizer.name} has no lr for its steps; put proximal around each optimizer that has`,
    );
  const own = { l1, l2 };
  return {
    ...optimizer,
    name: 'proximal',
    hyper: hyperOf(optimizer, 'proximal', own),
    update(grads, state, context) {
      const { params, hyper } = context;
      const [updates, next] = optimizer.update(grads, state, context);
      const threshold = hyper.lr!.mul(hyper.l1!);
      const shrinkage = hyper.lr!.mul(hyper.l2!).add(1);
      const moved = mapLeaves(updates, (u, name) => {
        const param = params[name]!;
        if (!isSelected(only, name, param.shape)) return u;
        const x = param.add(u);
        const held = x.abs().sub(threshold).maximum(0).div(shrinkage).mul(x.sign());
        return held.sub(param);
      });
      return [moved, next];
    },
    covers: (params) =>
      mapLeaves(covered(optimizer, params), (words, name) =>
        isSelected(only, name, params[name]!.shape)
          ? [...words, labelOf({ name: 'proximal', hyper: own })]
          : words,
      ),
  };
}
