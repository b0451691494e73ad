/** Powers of ten, and where these are few 2 and 5 between them: where a logarithmic axis is named. */
export function logTicks(low: number, high: number): number[] {
  const [from, to] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const decades = Math.log10(high / low);
  const factors =
    decades > 3.5
      ? [1]
      : decades > 1.8
        ? [1, 3]
        : decades > 0.7
          ? [1, 2, 5]
          : [1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9];
  const every = Math.ceil(decades / 7);
  const ticks: number[] = [];
  for (let power = from; power <= to; power++)
    if (power % every === 0)
      for (const factor of factors) ticks.push(Number((factor * 10 ** power).toPrecision(3)));
  return ticks.filter((tick) => tick >= low && tick <= high);
}

/** A range with some air, on a logarithmic axis. */
export function logRange(low: number | null, high: number | null): [number, number] {
  if (low === null || high === null) return [0.1, 10];
  const air = Math.max(1.05, (high / low) ** 0.06);
  return [low / air, high * air];
}

/** Whole numbers only: there is no half epoch. */
export const epochName = (value: number): string =>
  Number.isInteger(value) ? value.toLocaleString('en-US') : '';
