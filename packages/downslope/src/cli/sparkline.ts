const BARS = '▁▂▃▄▅▆▇█';

/** Values as bars of eight heights, on a logarithmic scale where all are above zero; a blank where there is none. */
export function sparkline(values: readonly number[]): string {
  const present = values.filter(Number.isFinite);
  const log = present.every((value) => value > 0);
  const height = (value: number) => (log ? Math.log(value) : value);
  const low = height(Math.min(...present));
  const high = height(Math.max(...present));
  return values
    .map((value) => {
      if (!Number.isFinite(value)) return ' ';
      const share = high > low ? (height(value) - low) / (high - low) : 0;
      return BARS[Math.round(share * (BARS.length - 1))];
    })
    .join('');
}

/** A series that is told value by value and remembered in no more than `most` means of equally many values. */
export interface Trace {
  add(value: number): void;
  /** The means in at most so many cells. */
  cells(count: number): number[];
}

export function traceOf(most = 512): Trace {
  let means: number[] = [];
  let each = 1;
  let sum = 0;
  let count = 0;
  return {
    add: (value) => {
      sum += value;
      if (++count < each) return;
      means.push(sum / count);
      sum = count = 0;
      if (means.length < most) return;
      means = inCells(means, most / 2);
      each *= 2;
    },
    cells: (cells) => inCells(means, cells),
  };
}

/** Means of neighbours, in at most so many cells. */
function inCells(values: readonly number[], cells: number): number[] {
  if (values.length <= cells) return [...values];
  return Array.from({ length: Math.max(0, cells) }, (_, cell) => {
    const from = Math.floor((cell * values.length) / cells);
    const some = values.slice(from, Math.floor(((cell + 1) * values.length) / cells));
    return some.reduce((sum, value) => sum + value, 0) / some.length;
  });
}
