import { check, number } from '../../tensor/checks.js';

/** Learning rates at which a step along the direction of the largest curvature neither shrinks nor grows. */
export interface CriticalRates {
  /** Gradient descent, `sgd({ lr })`: 2/L. */
  readonly gradientDescent: number;
  /** Heavy ball, `sgd({ lr, momentum: β })`: (2 + 2β)/L. */
  readonly heavyBall: number;
  /** `sgd({ lr, momentum: β, nesterov: true })`: (2 + 2β)/((1 + 2β)L). */
  readonly nesterov: number;
  /** Momentum as an average of gradients, `sgd({ lr, momentum: β, dampening: β })`: (2 + 2β)/((1 − β)L). */
  readonly averagedMomentum: number;
}

const positive = number('above 0', (x) => x > 0);
const share = number('in [0, 1)', (x) => x >= 0 && x < 1);

/**
 * The learning rates above which methods diverge on a quadratic whose largest curvature is `lambdaMax`: where the spectral
 * radius of a step reaches 1.
 *
 * The rates are for f itself: a squared error with a factor ½, or a mean in place of a sum, has its own curvature and so its own rates.
 *
 * @param lambdaMax L, the largest eigenvalue of the Hessian, above 0
 * @param momentum β of the methods that have one (default 0.9)
 * @throws when one of them is out of range
 * @example
 * ```ts
 * import { criticalRates } from '@downslope/core';
 * console.log(criticalRates(2).gradientDescent); // 1: for x² − 4x + 5, whose second derivative is 2
 * ```
 *
 * Source: B. Polyak, "Some methods of speeding up the convergence of iteration methods", 1964; for averaged momentum and Adam,
 * J. Cohen et al., "Adaptive gradient methods at the edge of stability", 2022.
 */
export function criticalRates(lambdaMax: number, momentum = 0.9): CriticalRates {
  check('criticalRates: lambdaMax', lambdaMax, positive);
  check('criticalRates: momentum', momentum, share);
  const most = (2 + 2 * momentum) / lambdaMax;
  return {
    gradientDescent: 2 / lambdaMax,
    heavyBall: most,
    nesterov: most / (1 + 2 * momentum),
    averagedMomentum: most / (1 - momentum),
  };
}

/** A method at its best settings, and how fast it then goes down. */
export interface BestRate {
  readonly lr: number;
  /** β; undefined where it grows from step to step, as in `nesterov({ lr })`. */
  readonly momentum: number | undefined;
  /** `linear`: by the same factor each step; else how f − f* falls with the number T of steps. */
  readonly order: 'linear' | '1/T' | '1/T²';
  /** The factor by which the distance to the minimum, and the gradient, shrink with each step in the long run; 1 if not linear. */
  readonly contraction: number;
  /**
   * Steps until distance and gradient are `tolerance` of what they were, ln tolerance / ln contraction; infinite if not linear. A heavy
   * ball takes somewhat more: its distance goes like T·contractionᵀ.
   */
  readonly steps: number;
}

/** Each method at its best. */
export interface BestRates {
  readonly gradientDescent: BestRate;
  /** Undefined without strong convexity: it has no best settings then. */
  readonly heavyBall: BestRate | undefined;
  readonly nesterov: BestRate;
}

/**
 * The best fixed learning rates on a quadratic with curvatures from μ = `lambdaMin` to L = `lambdaMax`, and what they give. With
 * κ = L/μ:
 *
 * - gradient descent: lr = 2/(L + μ), contraction (κ − 1)/(κ + 1);
 * - heavy ball: lr = 4/(√L + √μ)², β = ((√κ − 1)/(√κ + 1))², contraction (√κ − 1)/(√κ + 1);
 * - Nesterov: lr = 4/(3L + μ), β = (√(3κ + 1) − 2)/(√(3κ + 1) + 2), contraction 1 − 2/√(3κ + 1).
 *
 * Where μ = 0 there is no such factor. On convex functions gradient descent at 1/L then has f − f* ≤ L‖x₀ − x*‖²/2T, and Nesterov's
 * method with growing momentum 2L‖x₀ − x*‖²/(T + 1)².
 *
 * @param lambdaMin μ, at least 0
 * @param lambdaMax L, above 0 and not below μ
 * @param tolerance how small the distance is to become, as a share of what it was (default 1e-6)
 * @throws when one of them is out of range
 * @example
 * ```ts
 * import { bestRates } from '@downslope/core';
 * const { gradientDescent, heavyBall } = bestRates(1, 100);
 * console.log(gradientDescent.steps, heavyBall?.steps); // 691 and 69: κ against √κ
 * ```
 *
 * Source: L. Lessard, B. Recht, A. Packard, "Analysis and design of optimization algorithms via integral quadratic constraints",
 * 2016, table 1; Y. Nesterov, "Introductory lectures on convex optimization", 2004.
 */
export function bestRates(lambdaMin: number, lambdaMax: number, tolerance = 1e-6): BestRates {
  check(
    'bestRates: lambdaMin',
    lambdaMin,
    number('at least 0', (x) => x >= 0),
  );
  check(
    'bestRates: lambdaMax',
    lambdaMax,
    number('above 0 and at least lambdaMin', (x) => x > 0 && x >= lambdaMin),
  );
  check(
    'bestRates: tolerance',
    tolerance,
    number('in (0, 1)', (x) => x > 0 && x < 1),
  );
  if (lambdaMin === 0) {
    const slow = { lr: 1 / lambdaMax, contraction: 1, steps: Number.POSITIVE_INFINITY };
    return {
      gradientDescent: { ...slow, momentum: 0, order: '1/T' },
      heavyBall: undefined,
      nesterov: { ...slow, momentum: undefined, order: '1/T²' },
    };
  }
  const kappa = lambdaMax / lambdaMin;
  const root = Math.sqrt(kappa);
  const accelerated = Math.sqrt(3 * kappa + 1);
  const linear = (lr: number, momentum: number, contraction: number): BestRate => ({
    lr,
    momentum,
    order: 'linear',
    contraction,
    steps: contraction === 0 ? 1 : Math.ceil(Math.log(tolerance) / Math.log(contraction)),
  });
  return {
    gradientDescent: linear(2 / (lambdaMax + lambdaMin), 0, (kappa - 1) / (kappa + 1)),
    heavyBall: linear(
      4 / (Math.sqrt(lambdaMax) + Math.sqrt(lambdaMin)) ** 2,
      ((root - 1) / (root + 1)) ** 2,
      (root - 1) / (root + 1),
    ),
    nesterov: linear(
      4 / (3 * lambdaMax + lambdaMin),
      (accelerated - 2) / (accelerated + 2),
      1 - 2 / accelerated,
    ),
  };
}
