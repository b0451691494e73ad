import { checkNone } from '../../data/names.js';
import type { Method } from '../method.js';
import { quadraticSteps } from '../search/quadratic-step.js';
import { gradTol, lossTol } from '../stop.js';
import { unit } from '../vectors.js';
import { withinTrust } from './trust-region.js';

/**
 * Newton's method with the exact Hessian H: quadratic convergence, for functions of up to some dozens of variables.
 *
 * Each step solves (H + μI)p = −∇f exactly from H's eigenvalues, with the least μ ≥ 0 that makes H + μI positive and keeps
 * ‖p‖ within a radius in which the quadratic model has proved good. So it is the plain Newton step near a minimum, goes down
 * along negative curvature at a saddle, and is never fooled by a maximum. Each step takes n Hessian–vector products (which
 * count as evaluations) and O(n³) operations; for more variables see `newtonCG`.
 *
 * It stops by itself at ‖∇f‖ ≤ 1e-5, or when a step changes the value by no more than 1e-14 relative.
 *
 * @example
 * ```ts
 * import { minimize, newton, type Tensor } from '@downslope/core';
 * const f = (x: Tensor) => x.sub([1, 2]).pow(4).sum().add(x.sum().square());
 * console.log(minimize(f, [0, 0], { method: newton() }).steps);
 * ```
 *
 * Source: J. Moré and D. Sorensen, "Newton's method", 1982; "Computing a trust region step", 1983.
 */
export function newton(...none: readonly never[]): Method {
  checkNone('newton', none);
  return {
    name: 'newton',
    stop: [gradTol(1e-5), lossTol({ relative: 1e-14 })],
    descend: (objective) =>
      withinTrust(objective, ({ x, gradient }) => {
        const n = x.length;
        const hessian = Array.from(x, (_, j) => objective.hessianTimes(x, unit(n, j)));
        return quadraticSteps(gradient, hessian, new Float64Array(n).fill(1));
      }),
  };
}
