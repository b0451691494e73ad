import { nameTransform } from '../chain.js';
import { optionsOf } from '../options.js';
import type { Transform } from '../transform.js';
import { ADAM, type AdamOptions, adam } from './adam.js';

/** As those of `adam`, of which `amsgrad` is not to be chosen. */
export type AmsgradOptions = Omit<AdamOptions, 'amsgrad'>;

/**
 * AMSGrad: Adam whose effective rates never rise, so that it converges where rare large gradients lead Adam astray.
 *
 * As `adam`, with the largest v so far in v̂: v̂ = max(v₁, …, vₜ)/(1 − β₂ᵗ). In optax's convention v̂ = max(v̂₁, …, v̂ₜ);
 * without `biasCorrectionMu` and `biasCorrectionNu` it is the paper's. Three more numbers a parameter are kept.
 *
 * @throws when an option is out of range
 * @example
 * ```ts
 * import { amsgrad } from '@downslope/core';
 * const optimizer = amsgrad({ lr: 0.01, beta2: 0.99 });
 * ```
 *
 * Source: S. Reddi, S. Kale, S. Kumar, "On the convergence of Adam and beyond", 2018.
 */
export function amsgrad(options: AmsgradOptions = {}): Transform {
  const { amsgrad: _, ...defaults } = ADAM;
  return nameTransform('amsgrad', adam({ ...optionsOf('amsgrad', options, defaults), amsgrad: true }));
}
