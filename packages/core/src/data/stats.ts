/** What a column of numbers looks like; only finite values count towards the moments. */
export interface Moments {
  /** Finite values. */
  readonly count: number;
  /** Cells that are NaN. */
  readonly missing: number;
  /** Cells that are ±Infinity. */
  readonly infinite: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  /** Population standard deviation: √(Σ(x − mean)²/n); exactly 0 for a constant. */
  readonly std: number;
  /** Σ(x − mean)³/(n·std³); 0 for a constant. */
  readonly skewness: number;
}

/** A power of two near x > 0; else 1. To divide by it costs no digits, and squares then neither overflow nor vanish. */
export const unitNear = (x: number): number => (x > 0 && x < Infinity ? 2 ** Math.floor(Math.log2(x)) : 1);

/**
 * Moments of the values at the given rows, in two passes: sums of deviations from the mean do not cancel as
 * sums of squares do. What is too large for it gives a `std` that is not finite. With no finite value, `min`, `max` and `mean` are NaN.
 */
export function moments(values: ArrayLike<number>, rows: Int32Array): Moments {
  let count = 0;
  let missing = 0;
  let min = Infinity;
  let max = -Infinity;
  let sum = 0;
  for (let i = 0; i < rows.length; i++) {
    const value = values[rows[i]!]!;
    if (Number.isFinite(value)) {
      count += 1;
      sum += value;
      if (value < min) min = value;
      if (value > max) max = value;
    } else if (Number.isNaN(value)) missing += 1;
  }
  const infinite = rows.length - count - missing;
  if (count === 0 || min === max) {
    const value = count === 0 ? Number.NaN : min;
    return { count, missing, infinite, min: value, max: value, mean: value, std: 0, skewness: 0 };
  }
  const rough = sum / count;
  const unit = unitNear(Math.max(max - rough, rough - min));
  let drift = 0;
  let squares = 0;
  let cubes = 0;
  for (let i = 0; i < rows.length; i++) {
    const value = values[rows[i]!]!;
    if (!Number.isFinite(value)) continue;
    const d = (value - rough) / unit;
    drift += d; // 0 but for rounding
    squares += d * d;
    cubes += d * d * d;
  }
  const mean = rough + unit * (drift / count);
  const std = Math.sqrt(squares / count);
  const skewness = cubes / (count * std ** 3);
  return { count, missing, infinite, min, max, mean, std: unit * std, skewness };
}

const SAMPLE = 100_000;

/**
 * Quantiles of the finite values at the given rows, interpolated linearly between neighbours.
 *
 * Of more than 100,000 rows, that many are taken, evenly spaced: enough for a fence or a fill.
 */
export function quantiles(values: ArrayLike<number>, rows: Int32Array, shares: readonly number[]): number[] {
  const step = Math.max(1, rows.length / SAMPLE);
  const taken = new Float64Array(Math.min(rows.length, SAMPLE));
  let count = 0;
  for (let i = 0; i < taken.length; i++) {
    const value = values[rows[Math.floor(i * step)]!]!;
    if (Number.isFinite(value)) taken[count++] = value;
  }
  const sorted = taken.subarray(0, count).sort();
  return shares.map((share) => {
    if (count === 0) return Number.NaN;
    const at = share * (count - 1);
    const low = Math.floor(at);
    return sorted[low]! + (at - low) * (sorted[Math.ceil(at)]! - sorted[low]!);
  });
}

/** Pearson's correlation over the rows where both are finite; 0 when one of them does not vary. */
export function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [unitA, unitB] = [a, b].map(unitOf) as [number, number];
  let count = 0;
  let meanA = 0;
  let meanB = 0;
  let squaresA = 0;
  let squaresB = 0;
  let products = 0;
  for (let i = 0; i < a.length; i++) {
    const x = a[i]! / unitA;
    const y = b[i]! / unitB;
    if (!Number.isFinite(x) || !Number.isFinite(y)) continue;
    count += 1;
    const dx = x - meanA;
    const dy = y - meanB;
    meanA += dx / count;
    meanB += dy / count;
    squaresA += dx * (x - meanA);
    squaresB += dy * (y - meanB);
    products += dx * (y - meanB);
  }
  return squaresA > 0 && squaresB > 0 ? products / Math.sqrt(squaresA * squaresB) : 0;
}

function unitOf(values: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < values.length; i++)
    if (Number.isFinite(values[i])) largest = Math.max(largest, Math.abs(values[i]!));
  return unitNear(largest);
}
