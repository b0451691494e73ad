/** What the steps of a call leave behind, an entry for each. */
export interface Columns {
  readonly loss: Float64Array;
  readonly gradNorm: Float64Array;
  /** 1 where the gradient was cut. */
  readonly cut: Float64Array;
}

/** How many steps come before the first whose loss or gradient is not finite. */
export function firstBroken({ loss, gradNorm }: Columns): number {
  const at = loss.findIndex((value, i) => !Number.isFinite(value) || !Number.isFinite(gradNorm[i]!));
  return at < 0 ? loss.length : at;
}

/** The first of them. */
export const cut = ({ loss, gradNorm, cut }: Columns, count: number) => ({
  loss: loss.subarray(0, count),
  gradNorm: gradNorm.subarray(0, count),
  cut: cut.subarray(0, count),
});
