import { column } from '../../data/table.js';
import { classNumbers, type TargetCode, targetNumbers } from '../../data/target-code.js';
import { logLosses } from '../../nn/metrics.js';
import type { TypedArray } from '../../tensor/dtype.js';
import type { Baseline } from './events.js';
import { isClasses } from './network.js';
import type { Data, Part } from './prepare.js';
import { classScores, mapParts, type Parts, quantityScores, type Scores } from './scores.js';

/** What the target really is at the rows of a part: numbers in its own units, or the numbers of classes. */
export function truthOf(target: TargetCode, { table, rows }: Part): TypedArray {
  const from = column(table, target.name);
  if (isClasses(target)) return classNumbers(target, from, rows);
  const values = targetNumbers(from);
  return Float64Array.from(rows, (row) => values[row]!);
}

/** Scores of answers in the target's terms, as a `responder` gives them. */
export const judge = (target: TargetCode, answers: TypedArray, truth: TypedArray): Scores =>
  isClasses(target) ? classScores(answers, truth, target.classes.length) : quantityScores(answers, truth);

/** The losses of rows, whose mean is the loss in the target's own units; those that count more are larger. */
export function rowLosses(
  target: TargetCode,
  answers: TypedArray,
  truth: TypedArray,
  { weight }: Pick<Data, 'weight'> = {},
): Float64Array {
  const losses = isClasses(target)
    ? logLosses(answers, truth)
    : Float64Array.from(truth, (value, row) => (answers[row]! - value) ** 2);
  if (!weight) return losses;
  const weights = Float64Array.from(weight.data);
  const mean = weights.reduce((sum, each) => sum + each) / weights.length;
  return losses.map((loss, row) => (loss * weights[row]!) / mean);
}

/**
 * The scores of one and the same answer for every row, learned from the training rows: the mean; or the most frequent
 * class, with the shares of all classes as their probabilities.
 */
export function baselineOf(target: TargetCode, truths: Parts<TypedArray>): Baseline {
  if (!isClasses(target)) {
    const always = (truth: TypedArray) => new Float64Array(truth.length).fill(target.mean);
    return {
      answer: target.mean,
      metrics: mapParts(truths, (truth) => judge(target, always(truth), truth)),
    };
  }
  const shares = sharesOf(truths.train, target.classes.length);
  const answer = target.classes[shares.indexOf(Math.max(...shares))]!;
  const repeated = target.task === 'binary' ? shares.slice(1) : shares;
  const always = (truth: TypedArray) =>
    Float64Array.from({ length: truth.length * repeated.length }, (_, i) => repeated[i % repeated.length]!);
  return { answer, metrics: mapParts(truths, (truth) => judge(target, always(truth), truth)) };
}

function sharesOf(classes: TypedArray, count: number): number[] {
  const shares = new Array<number>(count).fill(0);
  for (const each of classes) shares[each]! += 1 / classes.length;
  return shares;
}
