import { unitNear } from '../data/stats.js';
import { misuse } from '../tensor/errors.js';

// Scores of predictions against the truth, on plain lists or typed arrays. They are for people to read; what is
// minimised in training is a loss.

type Numbers = ArrayLike<number>;

/**
 * Root mean squared error: √(Σ(ŷ − y)²/n), in the target's units.
 *
 * Large errors weigh more than in {@link mae}.
 *
 * @throws when the lengths differ or are zero; so do all metrics
 * @example
 * ```ts
 * import { rmse } from '@downslope/core';
 * rmse([2, 5], [1, 3]); // √((1 + 4)/2)
 * ```
 */
export function rmse(predictions: Numbers, targets: Numbers): number {
  sameLength('rmse', predictions, targets);
  const { mean, unit } = meanSquare(targets, (target, row) => predictions[row]! - target);
  return unit * Math.sqrt(mean);
}

/** Mean absolute error: Σ|ŷ − y|/n, in the target's units. */
export function mae(predictions: Numbers, targets: Numbers): number {
  return meanOver('mae', predictions, targets, Math.abs);
}

/**
 * The share of the target's variance that is explained: R² = 1 − Σ(ŷ − y)²/Σ(y − ȳ)².
 *
 * 1 is perfect, 0 is no better than always saying the mean, and worse than that is negative. Where the
 * target is constant it is 1 if every prediction is right, else 0.
 */
export function r2(predictions: Numbers, targets: Numbers): number {
  sameLength('r2', predictions, targets);
  const errors = meanSquare(targets, (target, row) => predictions[row]! - target);
  let mean = 0;
  for (let i = 0; i < targets.length; i++) mean += (targets[i]! - mean) / (i + 1);
  const variance = meanSquare(targets, (target) => target - mean);
  if (variance.mean === 0) return errors.mean === 0 ? 1 : 0;
  return 1 - (errors.mean / variance.mean) * (errors.unit / variance.unit) ** 2;
}

/** The share of classes that are right. */
export function accuracy(predicted: Numbers, actual: Numbers): number {
  return meanOver('accuracy', predicted, actual, (difference) => (difference === 0 ? 1 : 0));
}

/** Probabilities count as at least this, so that one certain mistake does not make the whole score infinite. */
const LEAST = 2 ** -52;

/**
 * Log loss (cross-entropy): −Σ log p(actual class)/n, in nats.
 *
 * It judges the probabilities, not only which class is likeliest. Probabilities below 2⁻⁵² count as that.
 *
 * @param probabilities `[rows, classes]`, row-major; or `[rows]`: that of class 1 of two
 * @param actual the class of each row: 0, 1, …
 */
export function logLoss(probabilities: Numbers, actual: Numbers): number {
  return logLosses(probabilities, actual).reduce((sum, loss) => sum + loss, 0) / actual.length;
}

/** What {@link logLoss} is the mean of. */
export function logLosses(probabilities: Numbers, actual: Numbers): Float64Array {
  const classes = classCount('logLoss', probabilities, actual);
  return Float64Array.from(actual, (label, row) => {
    const p =
      classes > 1
        ? probabilities[row * classes + label]!
        : label === 1
          ? probabilities[row]!
          : 1 - probabilities[row]!;
    return -Math.log(Math.max(p, LEAST));
  });
}

/**
 * The area under the ROC curve: how often a row of class 1 scores higher than one of class 0; a tie counts half.
 *
 * AUC = (#(s₁ > s₀) + ½#(s₁ = s₀))/(n₁n₀). 0.5 is guessing, 1 a perfect order. NaN when a class is absent, or
 * a score is NaN.
 *
 * @param scores higher for class 1: probabilities or logits
 * @param actual 0 or 1 for each row
 */
export function auc(scores: Numbers, actual: Numbers): number {
  sameLength('auc', scores, actual);
  const positive = sortedWhere(scores, actual, 1);
  const negative = sortedWhere(scores, actual, 0);
  if (Number.isNaN(positive.at(-1)) || Number.isNaN(negative.at(-1))) return Number.NaN; // NaN is sorted last
  let wins = 0;
  let below = 0; // negatives below the positive's score
  let upTo = 0; // … and those that equal it
  for (const score of positive) {
    while (below < negative.length && negative[below]! < score) below++;
    upTo = Math.max(upTo, below);
    while (upTo < negative.length && negative[upTo]! === score) upTo++;
    wins += (below + upTo) / 2;
  }
  return wins / (positive.length * negative.length);
}

/** How many rows of each actual class (outer) were predicted as which (inner). */
export function confusionMatrix(predicted: Numbers, actual: Numbers, classes: number): number[][] {
  sameLength('confusionMatrix', predicted, actual);
  const matrix = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (let row = 0; row < actual.length; row++) {
    const [truth, guess] = [actual[row]!, predicted[row]!];
    if (matrix[truth]?.[guess] === undefined)
      throw misuse(
        `confusionMatrix: classes must be from 0 to ${classes - 1}, got ${guess} for ${truth} in row ${row + 1}`,
      );
    matrix[truth]![guess]! += 1;
  }
  return matrix;
}

/**
 * The mean of the classes' F1 scores, each class counting the same however rare it is.
 *
 * F1 = 2·hits/(predicted + actual). Classes that are neither predicted nor actual do not count.
 *
 * @param confusion as {@link confusionMatrix} gives it
 */
export function macroF1(confusion: readonly (readonly number[])[]): number {
  let sum = 0;
  let seen = 0;
  for (const [k, row] of confusion.entries()) {
    const actual = row.reduce((total, count) => total + count, 0);
    const predicted = confusion.reduce((total, other) => total + other[k]!, 0);
    if (actual + predicted === 0) continue;
    sum += (2 * row[k]!) / (actual + predicted);
    seen += 1;
  }
  return sum / seen;
}

/** The likeliest class of each row of `[rows, classes]` scores; the first of equals. */
export function likeliest(scores: Numbers, classes: number): Int32Array {
  return Int32Array.from({ length: scores.length / classes }, (_, row) => {
    let best = 0;
    for (let k = 1; k < classes; k++)
      if (scores[row * classes + k]! > scores[row * classes + best]!) best = k;
    return best;
  });
}

/** The mean of d² as mean · unit²: squares of a large d would overflow, of a small one vanish. */
function meanSquare(values: Numbers, d: (value: number, row: number) => number) {
  let largest = 0;
  for (let i = 0; i < values.length; i++) largest = Math.max(largest, Math.abs(d(values[i]!, i)));
  const unit = unitNear(largest);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (d(values[i]!, i) / unit) ** 2;
  return { mean: sum / values.length, unit };
}

function meanOver(metric: string, a: Numbers, b: Numbers, of: (difference: number) => number): number {
  sameLength(metric, a, b);
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += of(a[i]! - b[i]!);
  return sum / a.length;
}

function sameLength(metric: string, a: Numbers, b: Numbers): void {
  if (a.length !== b.length || a.length === 0)
    throw misuse(
      `${metric}: predictions and truth must have one length, at least 1; got ${a.length} and ${b.length}`,
    );
}

function classCount(metric: string, probabilities: Numbers, actual: Numbers): number {
  const classes = probabilities.length / actual.length;
  if (!(classes >= 1 && Number.isInteger(classes)))
    throw misuse(
      `${metric}: there must be as many probabilities for each row; got ${probabilities.length} for ${actual.length} rows`,
    );
  return classes;
}

function sortedWhere(scores: Numbers, actual: Numbers, label: number): Float64Array {
  const found = new Float64Array(scores.length);
  let count = 0;
  for (let row = 0; row < scores.length; row++) if (actual[row] === label) found[count++] = scores[row]!;
  return found.subarray(0, count).sort();
}
