import { checkNone } from '../../data/names.js';
import type { Method } from '../method.js';
import type { QuadraticStep } from '../search/quadratic-step.js';
import { gradTol, lossTol } from '../stop.js';
import { along, dot, norm, scaled } from '../vectors.js';
import { withinTrust } from './trust-region.js';

/**
 * Newton's method within a trust region, by conjugate gradients: quadratic convergence without ever forming the Hessian,
 * and safe where it is indefinite, as at saddle points.
 *
 * p minimises g·p + ½p·Hp within ‖p‖ ≤ radius, roughly: conjugate gradients (one Hessian–vector product each) until the
 * residual is below min(½, √‖g‖)·‖g‖, along a direction of negative curvature to the rim. The radius doubles where f
 * fell as promised, and shrinks where it did not.
 *
 * It stops by itself at ‖∇f‖ ≤ 1e-5, or when a step changes the value by no more than 1e-14 relative.
 *
 * @example
 * ```ts
 * import { minimize, newtonCG, type Tensor } from '@downslope/core';
 * const rosenbrock = ({ x, y }: { x: Tensor; y: Tensor }) =>
 *   x.sub(1).square().add(y.sub(x.square()).square().mul(100));
 * console.log(minimize(rosenbrock, { x: -1.2, y: 1 }, { method: newtonCG() }).steps);
 * ```
 *
 * Source: T. Steihaug, "The conjugate gradient method and trust regions in large scale optimization", 1983.
 */
export function newtonCG(...none: readonly never[]): Method {
  checkNone('newtonCG', none);
  return {
    name: 'newtonCG',
    stop: [gradTol(1e-5), lossTol({ relative: 1e-14 })],
    descend: (objective) =>
      withinTrust(
        objective,
        ({ x, gradient }) =>
          (radius) =>
            bounded(gradient, (v) => objective.hessianTimes(x, v), radius),
      ),
  };
}

function bounded(g: Float64Array, times: (v: Float64Array) => Float64Array, radius: number): QuadraticStep {
  const tolerance = Math.min(0.5, Math.sqrt(norm(g))) * norm(g);
  let p: Float64Array = new Float64Array(g.length);
  let hp = p;
  let r = g;
  let d = scaled(-1, g);
  const at = (p: Float64Array, hp: Float64Array, onRim: boolean): QuadraticStep => ({
    p,
    promised: -(dot(g, p) + dot(p, hp) / 2),
    onRim,
  });
  for (let i = 0; i < 2 * g.length && norm(r) > tolerance; i++) {
    const hd = times(d);
    const curvature = dot(d, hd);
    const alpha = dot(r, r) / curvature;
    const next = along(p, alpha, d);
    if (!(curvature > 0) || norm(next) >= radius) {
      const t = toRim(p, d, radius);
      return at(along(p, t, d), along(hp, t, hd), true);
    }
    const rNext = along(r, alpha, hd);
    const beta = dot(rNext, rNext) / dot(r, r);
    [p, hp, r, d] = [next, along(hp, alpha, hd), rNext, along(scaled(-1, rNext), beta, d)];
  }
  return at(p, hp, false);
}

/** t > 0 with ‖p + td‖ = radius. */
function toRim(p: Float64Array, d: Float64Array, radius: number): number {
  const [a, b, c] = [dot(d, d), dot(p, d), dot(p, p) - radius * radius];
  return (-b + Math.sqrt(b * b - a * c)) / a;
}
