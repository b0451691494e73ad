import { array } from '../../tensor/array.js';
import { misuse } from '../../tensor/errors.js';
import type { Tensor } from '../../tensor/tensor.js';
import { covered } from '../coverage.js';
import { mapLeaves } from '../leaves.js';
import { optionsOf } from '../options.js';
import { asked, checkTransform, type Leaves, type State, type Transform } from '../transform.js';
import { innerOf } from './when.js';

export interface ReduceOnPlateauOptions {
  /** Whether a smaller or a larger metric is better (default 'min'). */
  readonly mode?: 'min' | 'max';
  /** What the rate is multiplied by (default 0.1). */
  readonly factor?: number;
  /** Metrics without improvement that are borne (default 10). */
  readonly patience?: number;
  /** The least improvement that counts (default 1e-4). */
  readonly threshold?: number;
  /** 'rel': as a part of the best; 'abs': as it is (default 'rel'). */
  readonly thresholdMode?: 'rel' | 'abs';
  /** Metrics after a reduction that do not count (default 0). */
  readonly cooldown?: number;
  /** The least rate (default 0). */
  readonly minLr?: number;
  /** A smaller reduction than this is left out (default 1e-8). */
  readonly eps?: number;
}

type Watched = {
  readonly inner: State<Tensor>;
  readonly scale: Tensor;
  readonly best: Tensor;
  readonly bad: Tensor;
  readonly wait: Tensor;
};

/**
 * Lowers an optimizer's learning rate when a loss no longer falls: scale ← factor·scale after more than `patience` metrics that
 * are not better than the best by the threshold; the optimizer's rate is scale·lr.
 *
 * In `fit` the metric is the validation loss, each time that it is measured, or without validation rows the mean loss of an
 * epoch; in `minimize` it is the value of each step. Schedules of the optimizer go on below it.
 *
 * @param optimizer any optimizer with a hyperparameter `lr`; inside a chain of groups all their rates are scaled alike
 * @throws when an option is out of range, or the optimizer has no `lr`
 * @example
 * ```ts
 * import { adam, reduceOnPlateau } from '@downslope/core';
 * const optimizer = reduceOnPlateau(adam({ lr: 0.01 }), { factor: 0.5, patience: 5 });
 * ```
 *
 * Source: PyTorch's `ReduceLROnPlateau`.
 */
export function reduceOnPlateau(optimizer: Transform, options: ReduceOnPlateauOptions = {}): Transform {
  const settings = optionsOf('reduceOnPlateau', options, {
    mode: 'min',
    factor: 0.1,
    patience: 10,
    threshold: 1e-4,
    thresholdMode: 'rel',
    cooldown: 0,
    minLr: 0,
    eps: 1e-8,
  });
  checkTransform('reduceOnPlateau: optimizer', optimizer);
  if (!('lr' in optimizer.hyper)) throw misuse(`reduceOnPlateau: ${optimizer.name} has no lr to reduce`);
  const rates = Object.keys(optimizer.hyper).filter((name) => /^lr(_\d+)?$/.test(name));
  const scaled = (hyper: Leaves<Tensor>, scale: Tensor): Leaves<Tensor> =>
    mapLeaves(hyper, (value, name) => (rates.includes(name) ? value.mul(scale) : value));
  return {
    name: 'reduceOnPlateau',
    hyper: optimizer.hyper,
    init: (params) => ({
      inner: optimizer.init(params),
      scale: array(1),
      best: array(settings.mode === 'min' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY),
      bad: array(0),
      wait: array(0),
    }),
    update(grads, state, context) {
      const before = state as Watched;
      const metric = asked('reduceOnPlateau', context, 'metric');
      const { scale, ...watched } = watch(before, metric, context.hyper.lr!, settings);
      const hyper = scaled(context.hyper, scale);
      const [updates, inner] = optimizer.update(grads, before.inner, { ...context, hyper });
      return [updates, { inner, scale, ...watched }];
    },
    ...innerOf(optimizer),
    rate(all, state) {
      const { inner, scale } = state as Watched;
      const hyper = scaled(all, scale);
      return optimizer.rate?.(hyper, inner) ?? hyper.lr!;
    },
    covers: (params) => mapLeaves(covered(optimizer, params), (words) => [...words, 'reduceOnPlateau']),
  };
}

/** What a metric changes; NaN, for none, changes nothing. */
function watch(
  { scale, best, bad, wait }: Watched,
  metric: Tensor,
  lr: Tensor,
  {
    mode,
    factor,
    patience,
    threshold,
    thresholdMode,
    cooldown,
    minLr,
    eps,
  }: Required<ReduceOnPlateauOptions>,
): Omit<Watched, 'inner'> {
  const sign = mode === 'min' ? -1 : 1;
  const told = metric.eq(metric);
  const bar = thresholdMode === 'rel' ? best.mul(1 + sign * threshold) : best.add(sign * threshold);
  const better = mode === 'min' ? metric.lt(bar) : metric.gt(bar);
  const cooling = wait.gt(0);
  const worse = better.or(cooling).where(0, bad.add(1));
  const due = worse.gt(patience);
  const now = lr.mul(scale);
  const lower = now.mul(factor).maximum(minLr);
  const falls = told.and(due).and(now.sub(lower).gt(eps));
  return {
    scale: falls.where(lower.div(lr), scale),
    best: told.and(better).where(metric, best),
    bad: told.where(due.where(0, worse), bad),
    wait: told.where(due.where(cooldown, wait.sub(1).maximum(0)), wait),
  };
}
