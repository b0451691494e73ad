import { stateless } from '../leaves.js';
import { optionsOf } from '../options.js';
import type { Schedulable, Transform } from '../transform.js';

export interface ScaleByTrustRatioOptions {
  /** η: the length of an update over that of its parameter (default 1). */
  readonly trustCoefficient?: Schedulable;
  /** Beside ‖u‖ in the denominator; a number (default 0). */
  readonly eps?: number;
}

/**
 * Each parameter's update in proportion to the parameter: gives u·η‖x‖/(‖u‖ + ε), and u itself where x or u is zero.
 *
 * The norms are over one parameter array at a time, a layer's weights or its biases.
 *
 * Source: Y. You, I. Gitman, B. Ginsburg, "Large batch training of convolutional networks", 2017.
 */
export function scaleByTrustRatio(options: ScaleByTrustRatioOptions = {}): Transform<'trustCoefficient'> {
  const { trustCoefficient, eps } = optionsOf('scaleByTrustRatio', options, {
    trustCoefficient: 1,
    eps: 0,
  });
  return stateless('scaleByTrustRatio', { trustCoefficient }, (u, { param, hyper }) => {
    const [x, length] = [param.norm(), u.norm()];
    const ratio = x.mul(hyper.trustCoefficient).div(length.add(eps));
    return u.mul(x.mul(length).gt(0).where(ratio, 1));
  });
}
