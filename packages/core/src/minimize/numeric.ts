import { checkNames } from '../data/names.js';
import { check, number } from '../tensor/checks.js';
import { called, misuse } from '../tensor/errors.js';

/** A plain function of numbers, marked by {@link numeric}. */
export interface Numeric<V, More extends unknown[] = []> {
  readonly kind: 'numeric';
  readonly f: (x: V, ...more: More) => number;
  /** Relative distance of the points that a slope is taken from. */
  readonly step: number;
}

export interface NumericOptions {
  /** Relative distance of the points that a slope is taken from (default ∛ε ≈ 6.1e-6, where truncation and rounding balance). */
  readonly step?: number;
}

/**
 * Marks a plain function of numbers, so that `minimize` takes its slopes from central differences:
 * ∂f/∂xᵢ ≈ (f(x + hᵢeᵢ) − f(x − hᵢeᵢ)) / 2hᵢ with hᵢ = `step`·max(1, |xᵢ|).
 *
 * A gradient costs 2n evaluations and is right to about 10 digits; a function of tensors has exact ones. In `fit`, it marks
 * a metric that takes all predictions and targets as flat arrays: `metrics: { rmse: numeric(rmse) }`.
 *
 * @param f gets the form of `x0`: a number, a list, a tree of them
 * @example
 * ```ts
 * import { minimize, numeric } from '@downslope/core';
 * const f = numeric(([x, y]: number[]) => (1 - x!) ** 2 + 100 * (y! - x! ** 2) ** 2);
 * const { best, derivatives } = minimize(f, [-1.2, 1]);
 * console.log(best.x.data, derivatives); // close to [1, 1], 'central differences'
 * ```
 */
export function numeric<V, More extends unknown[] = []>(
  f: (x: V, ...more: More) => number,
  options: NumericOptions = {},
): Numeric<V, More> {
  if (typeof f !== 'function') throw misuse(`numeric: f must be a function of numbers, got ${called(f)}`);
  checkNames('numeric', options, ['step']);
  const { step = 2 ** (-52 / 3) } = options;
  const above0 = number('above 0', (x) => x > 0);
  return { kind: 'numeric', f, step: check('numeric: step', step, above0) };
}

export const isNumeric = (value: unknown): value is Numeric<unknown> =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'numeric';
