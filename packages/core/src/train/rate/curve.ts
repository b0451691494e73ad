/** One sweep: the batch losses while the rate rose, as they were and smoothed. */
export interface Sweep {
  readonly seed: number;
  readonly raw: Float64Array;
  readonly smooth: Float64Array;
}

/** How the loss answers to the rate. */
export interface RateCurve {
  /** Rising by the same factor from step to step. */
  readonly rates: Float64Array;
  /** Median over the sweeps of the smoothed loss, up to where half of them had stopped. */
  readonly loss: Float64Array;
  /** By seed; a sweep that stopped early has fewer entries than there are rates. */
  readonly sweeps: readonly Sweep[];
}

/** `count` rates from `low` to `high`, each the same multiple of the one before. */
export const spread = (low: number, high: number, count: number): Float64Array =>
  Float64Array.from({ length: count }, (_, i) => low * (high / low) ** (i / (count - 1)));

/**
 * Exponential moving average, m ← β·m + (1 − β)·x, divided by 1 − βᵏ: without that it would begin at 0.
 * Takes the losses one by one.
 */
export function smoother(beta: number): (x: number) => number {
  let mean = 0;
  let weight = 0;
  return (x) => {
    mean = beta * mean + (1 - beta) * x;
    weight = beta * weight + (1 - beta);
    return mean / weight;
  };
}

/** The median of the sweeps; one that has stopped counts as having a loss above all others. */
export function curveOf(rates: Float64Array, sweeps: readonly Sweep[]): RateCurve {
  const loss: number[] = [];
  for (let i = 0; i < rates.length; i++) {
    const middle = median(sweeps.map(({ smooth }) => smooth[i] ?? Number.POSITIVE_INFINITY));
    if (!Number.isFinite(middle)) break;
    loss.push(middle);
  }
  return { rates: rates.slice(0, loss.length), loss: Float64Array.from(loss), sweeps };
}

/** Of an even number, the upper of the two in the middle. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}
