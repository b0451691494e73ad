import { isNumeric, type Numeric } from '../minimize/numeric.js';
import { spelled } from '../tensor/checks.js';
import { misuse } from '../tensor/errors.js';
import type { Tensor } from '../tensor/tensor.js';

/**
 * A score of predictions: in tensor methods, from predictions and targets to a number for each row (their mean is taken) or
 * one in all; or a plain function of all predictions and targets as flat arrays, marked by `numeric`.
 */
export type Metric<Y = unknown> = ((prediction: Tensor, y: Y) => Tensor) | Numeric<never, [y: never]>;

/** The metrics that are worked out within the program, and those that take its predictions. */
export interface Metrics {
  readonly traced: Readonly<Record<string, (prediction: Tensor, y: unknown) => Tensor>>;
  readonly plain: Readonly<Record<string, (predictions: unknown, y: unknown) => number>>;
}

export const NO_METRICS: Metrics = { traced: {}, plain: {} };

/** @throws `metrics.f1 must be …, got 'f1'` */
export function metricsOf<Y>(given: Readonly<Record<string, Metric<Y>>> = {}): Metrics {
  if (typeof given !== 'object' || given === null)
    throw misuse(`metrics must be an object of functions by name, got ${spelled(given)}`);
  const entries = Object.entries(given);
  for (const [name, metric] of entries) {
    if (name === 'loss' || name === 'validationLoss')
      throw misuse(`metrics.${name}: that name is taken; choose another`);
    if (typeof metric !== 'function' && !isNumeric(metric))
      throw misuse(
        `metrics.${name} must be a function of predictions and y, or a plain one marked as in numeric(rmse), got ${spelled(metric)}`,
      );
  }
  const pick = (plain: boolean) => entries.filter(([, metric]) => isNumeric(metric) === plain);
  return {
    traced: Object.fromEntries(pick(false)) as Metrics['traced'],
    plain: Object.fromEntries(
      pick(true).map(([name, metric]) => [name, (metric as unknown as { f: Metrics['plain'][string] }).f]),
    ),
  };
}

/** All names, in the order in which they are measured. */
export const metricNames = ({ traced, plain }: Metrics): string[] => [
  ...Object.keys(traced),
  ...Object.keys(plain),
];
