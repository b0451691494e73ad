/** A plain function of numbers, marked by {@link numeric}. */
export interface Numeric<V> {
  readonly kind: 'numeric';
  readonly f: (x: V) => number;
  /** Relative distance of the points that a slope is taken from. */
  readonly step: number;
}

/**
 * Marks a plain function of numbers, so that `minimize` takes its slopes from central differences:
 * ∂f/∂xᵢ ≈ (f(x + hᵢeᵢ) − f(x − hᵢeᵢ)) / 2hᵢ with hᵢ = `step`·max(1, |xᵢ|).
 *
 * A gradient costs 2n evaluations and is right to about 10 digits; a function of tensors has exact ones.
 *
 * @param f gets the form of `x0`: a number, a list, a tree of them
 * @param options `step` (default ∛ε ≈ 6.1e-6, where truncation and rounding balance)
 * @example
 * ```ts
 * import { minimize, numeric } from '@downslope/core';
 * const f = numeric(([x, y]: number[]) => (1 - x!) ** 2 + 100 * (y! - x! ** 2) ** 2);
 * const { best, derivatives } = minimize(f, [-1.2, 1]);
 * console.log(best.x.data, derivatives); // close to [1, 1], 'central differences'
 * ```
 */
export const numeric = <V>(f: (x: V) => number, { step = 2 ** (-52 / 3) } = {}): Numeric<V> => ({
  kind: 'numeric',
  f,
  step,
});

export const isNumeric = (value: unknown): value is Numeric<unknown> =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'numeric';
