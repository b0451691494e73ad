/**
 * Which entries of columns to keep so that their picture stays the same: of each of `buckets` stretches the least and
 * the greatest of every column, and both ends. Ascending.
 *
 * @param columns of one length; gaps are NaN
 */
export function keptOf(columns: readonly ArrayLike<number>[], buckets: number): number[] {
  const length = columns[0]?.length ?? 0;
  if (length <= 2 * buckets) return Array.from({ length }, (_, i) => i);
  const kept = new Set([0, length - 1]);
  for (let bucket = 0; bucket < buckets; bucket++) {
    const from = Math.floor((bucket * length) / buckets);
    const to = Math.floor(((bucket + 1) * length) / buckets);
    for (const column of columns) for (const at of extremes(column, from, to)) kept.add(at);
  }
  return [...kept].sort((a, b) => a - b);
}

/** Where the least and the greatest number between two places are; none where all are NaN. */
function extremes(column: ArrayLike<number>, from: number, to: number): number[] {
  let least = -1;
  let greatest = -1;
  for (let i = from; i < to; i++) {
    if (Number.isNaN(column[i])) continue;
    if (least < 0 || column[i]! < column[least]!) least = i;
    if (greatest < 0 || column[i]! > column[greatest]!) greatest = i;
  }
  return least < 0 ? [] : [least, greatest];
}
