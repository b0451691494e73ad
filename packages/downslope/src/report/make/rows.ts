import type { Predictions } from '@downslope/core';

/** Numbers for each row: one, or one for each class. */
const widthOf = ({ actual, predicted }: Predictions): number =>
  actual.length === 0 ? 1 : predicted.length / actual.length;

/** The predictions of some rows, which may occur again. */
export function gathered(predictions: Predictions, at: Int32Array): Predictions {
  const { rows, actual, predicted } = predictions;
  const width = widthOf(predictions);
  const some = {
    rows: new Int32Array(at.length),
    actual: new Float64Array(at.length),
    predicted: new Float64Array(width * at.length),
  };
  for (let i = 0; i < at.length; i++) {
    const row = at[i]!;
    some.rows[i] = rows[row]!;
    some.actual[i] = actual[row]!;
    for (let k = 0; k < width; k++) some.predicted[i * width + k] = predicted[row * width + k]!;
  }
  return some;
}

/** The probability of a class in a row. */
export function probability(predictions: Predictions, row: number, of: number): number {
  const width = widthOf(predictions);
  if (width > 1) return predictions.predicted[row * width + of]!;
  return of === 1 ? predictions.predicted[row]! : 1 - predictions.predicted[row]!;
}

/** At most so many of the numbers 0, 1, …, count − 1, evenly spread. */
export const spread = (count: number, most: number): Int32Array =>
  Int32Array.from({ length: Math.min(count, most) }, (_, i) =>
    count <= most ? i : Math.floor(((i + 0.5) * count) / most),
  );
