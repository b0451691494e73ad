import { auc, type ClassScores, type Predictions } from '@downslope/core';
import type { Calibration, ClassView, PrecisionRecallCurve, RocCurve } from '../data.js';
import { wilson } from './intervals.js';
import { probability } from './rows.js';
import { keptOf } from './thin.js';

/** Classes that have curves of their own: the most frequent, where there are more. */
const MOST_CURVES = 6;
/** A class with less than this share of the rows is rare: precision tells more than false alarms. */
const RARE = 0.2;
const BINS = 10;
/** Stretches of a curve that are told apart. */
const BUCKETS = 100;

/** Predictions of classes as pictures need them. */
export function classView(
  predictions: Predictions,
  classes: readonly string[],
  { confusion }: ClassScores,
): ClassView {
  const counts = confusion.map((row) => row.reduce((sum, each) => sum + each, 0));
  const rows = predictions.actual.length;
  const both = (of: number) => counts[of]! > 0 && counts[of]! < rows;
  const told = (classes.length === 2 ? [1] : byCount(counts).slice(0, MOST_CURVES)).filter(both);
  const rankings = told.map((of) => ranked(predictions, of));
  return {
    confusion,
    roc: told.map((of, i) => rocOf(classes[of]!, rankings[i]!)),
    precisionRecall: told.flatMap((of, i) =>
      counts[of]! < RARE * rows ? [precisionRecallOf(classes[of]!, rankings[i]!)] : [],
    ),
    calibration: calibrationOf(predictions, classes),
  };
}

const byCount = (counts: readonly number[]): number[] =>
  counts.map((_, of) => of).sort((a, b) => counts[b]! - counts[a]! || a - b);

/** How many rows of a class, and of the others, score at least as much as each score, from the highest down. */
interface Ranking {
  readonly hits: Float64Array;
  readonly alarms: Float64Array;
  readonly area: number;
}

function ranked(predictions: Predictions, of: number): Ranking {
  const { actual } = predictions;
  const scores = Float64Array.from(actual, (_, row) => probability(predictions, row, of));
  const order = Int32Array.from(actual, (_, row) => row).sort((a, b) => scores[b]! - scores[a]!);
  const hits = [0];
  const alarms = [0];
  let [hit, alarm] = [0, 0];
  order.forEach((row, i) => {
    if (actual[row] === of) hit++;
    else alarm++;
    if (i + 1 < order.length && scores[order[i + 1]!] === scores[row]) return; // ties count as one
    hits.push(hit);
    alarms.push(alarm);
  });
  const isClass = actual.map((each: number) => (each === of ? 1 : 0));
  return { hits: Float64Array.from(hits), alarms: Float64Array.from(alarms), area: auc(scores, isClass) };
}

function rocOf(name: string, { hits, alarms, area }: Ranking): RocCurve {
  const truePositive = hits.map((hit) => hit / hits.at(-1)!);
  const falsePositive = alarms.map((alarm) => alarm / alarms.at(-1)!);
  // Of a staircase the corners: where it leaves the straight line the most.
  const kept = keptOf([truePositive.map((each, i) => each - falsePositive[i]!)], BUCKETS);
  return { name, area, falsePositive: some(falsePositive, kept), truePositive: some(truePositive, kept) };
}

function precisionRecallOf(name: string, { hits, alarms }: Ranking): PrecisionRecallCurve {
  const all = hits.at(-1)!;
  const recall = hits.slice(1).map((hit) => hit / all);
  const precision = hits.slice(1).map((hit, i) => hit / (hit + alarms[i + 1]!));
  const area = recall.reduce((sum, each, i) => sum + (each - (recall[i - 1] ?? 0)) * precision[i]!, 0);
  const kept = keptOf([precision], BUCKETS);
  const share = all / (all + alarms.at(-1)!);
  return { name, area, share, recall: some(recall, kept), precision: some(precision, kept) };
}

const some = (values: Float64Array, at: readonly number[]): number[] =>
  at.map((i) => Number(values[i]!.toPrecision(5)));

/** Of two classes the second's probability; of more, that of the likeliest. */
export function calibrationOf(predictions: Predictions, classes: readonly string[]): Calibration {
  const binary = classes.length === 2;
  const bins = Array.from({ length: BINS }, () => ({ rows: 0, predicted: 0, hits: 0 }));
  const { actual } = predictions;
  for (let row = 0; row < actual.length; row++) {
    const of = binary ? 1 : likeliest(predictions, row, classes.length);
    const p = probability(predictions, row, of);
    const into = bins[Math.min(BINS - 1, Math.max(0, Math.floor(p * BINS)))]!;
    into.rows++;
    into.predicted += p;
    if (actual[row] === of) into.hits++;
  }
  const filled = bins
    .filter(({ rows }) => rows > 0)
    .map(({ rows, predicted, hits }) => ({
      rows,
      predicted: predicted / rows,
      observed: hits / rows,
      interval: wilson(hits, rows),
    }));
  const gap = filled.reduce((sum, each) => sum + each.rows * Math.abs(each.observed - each.predicted), 0);
  return {
    of: binary ? `probability of ${classes[1]}` : 'probability of the likeliest class',
    bins: filled,
    error: gap / Math.max(1, actual.length),
  };
}

export function likeliest(predictions: Predictions, row: number, classes: number): number {
  let best = 0;
  for (let k = 1; k < classes; k++)
    if (probability(predictions, row, k) > probability(predictions, row, best)) best = k;
  return best;
}
