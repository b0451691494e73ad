import { checkNames } from '../../data/names.js';
import { check, count, oneOf } from '../../tensor/checks.js';
import { ask, type Method, pointOf } from '../method.js';
import { wolfeSearch } from '../search/strong-wolfe.js';
import { gradTol, lossTol } from '../stop.js';
import { dot, norm } from '../vectors.js';
import { boundedLbfgs } from './bounded-lbfgs.js';
import { type TorchLbfgsOptions, torchLbfgs } from './torch-lbfgs.js';
import { direction, type Pair, withStep } from './two-loop.js';

export interface LbfgsOptions {
  /** Left out: ours, as described. For PyTorch's see {@link TorchLbfgsOptions}. */
  readonly convention?: undefined;
  /** Steps remembered (default 10). More costs 4n operations each and rarely helps. */
  readonly memory?: number;
}

/**
 * L-BFGS: Newton's method with the inverse Hessian built from the last few steps. The usual choice for smooth functions
 * without noise, of few variables or millions.
 *
 * d = −H∇f by the two-loop recursion over pairs s = Δx, y = Δ∇f, begun with γ = s·y / y·y; x ← x + t·d with t by a strong
 * Wolfe line search (c₁ = 1e-4, c₂ = 0.9), tried first at 1; for the first step at 1/‖∇f‖, with c₂ = 0.3. A pair whose
 * curvature s·y is not positive is left out. Where a search fails, it tries once more from the steepest descent.
 *
 * With bounds it is L-BFGS-B: the same memory, a direction that knows the bounds, and steps no longer than they allow.
 *
 * It stops by itself at ‖∇f‖ ≤ 1e-5, or when a step changes the value by no more than 1e-12 relative.
 *
 * `convention: 'torch'` is PyTorch's, evaluation for evaluation: see {@link TorchLbfgsOptions}.
 *
 * @throws when `memory` is not a positive integer
 * @example
 * ```ts
 * import { lbfgs, minimize, type Tensor } from '@downslope/core';
 * const f = (x: Tensor) => x.sub([1, 2, 3]).pow(4).sum();
 * console.log(minimize(f, [0, 0, 0], { method: lbfgs({ memory: 5 }) }).best.value);
 * ```
 *
 * Source: J. Nocedal, "Updating quasi-Newton matrices with limited storage", 1980; D. Liu and J. Nocedal, "On the limited
 * memory BFGS method for large scale optimization", 1989; with bounds: R. Byrd, P. Lu, J. Nocedal and C. Zhu, "A limited
 * memory algorithm for bound constrained optimization", 1995.
 */
export function lbfgs(options: LbfgsOptions | TorchLbfgsOptions = {}): Method {
  const ours = ['convention', 'memory'];
  const theirs = ['lr', 'maxIter', 'maxEval', 'toleranceGrad', 'toleranceChange', 'lineSearch'];
  checkNames('lbfgs', options, [...ours, ...(options.convention === 'torch' ? theirs : [])]);
  if (options.convention !== undefined) check('lbfgs: convention', options.convention, oneOf('torch'));
  const { memory = options.convention === 'torch' ? 100 : 10 } = options;
  check('lbfgs: memory', memory, count);
  if (options.convention === 'torch') return torchLbfgs(options, memory);
  return {
    name: 'lbfgs',
    bounded: true,
    stop: [gradTol(1e-5), lossTol({ relative: 1e-12 })],
    *descend(objective) {
      if (objective.box) return yield* boundedLbfgs(objective, objective.box, memory);
      const { rounding } = objective;
      let pairs: readonly Pair[] = [];
      let at = { x: objective.start, ...(yield* ask(objective.start)) };
      yield pointOf(at);
      for (;;) {
        const newest = pairs.at(-1);
        const scale = newest ? 1 / (newest.rho * dot(newest.y, newest.y)) : 1;
        const d = direction(at.gradient, pairs, scale);
        // The first step sets the scale of those that follow: it is looked for with more care.
        const isFirst = pairs.length === 0;
        const first = isFirst ? 1 / norm(at.gradient) : 1;
        const next = yield* wolfeSearch(at, d, first, { curvature: isFirst ? 0.3 : 0.9, rounding });
        if (next.failure && next.t === 0) {
          if (isFirst) return next.failure;
          pairs = [];
          continue;
        }
        pairs = withStep(pairs, at, next, memory);
        at = next;
        yield pointOf(at);
      }
    },
  };
}
