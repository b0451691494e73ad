/**
 * An exponential moving average of a column, without the pull towards where it began:
 * sᵢ = Σ β^(xᵢ − xⱼ) yⱼ / Σ β^(xᵢ − xⱼ) over all j ≤ i. Gaps stay gaps.
 */
export function smoothed(
  x: readonly number[],
  values: readonly (number | null)[],
  beta: number,
): (number | null)[] {
  let sum = 0;
  let weight = 0;
  let before = x[0] ?? 0;
  return values.map((value, i) => {
    if (value === null) return null;
    const fade = beta ** (x[i]! - before);
    before = x[i]!;
    sum = fade * sum + value;
    weight = fade * weight + 1;
    return sum / weight;
  });
}
