import { classScores, type Predictions, quantityScores, random, type Scores } from '@downslope/core';
import { quantileSorted } from 'd3-array';
import type { Interval } from '../data.js';
import { type Measure, measuresOf, scoreOf } from '../measures.js';
import { gathered } from './rows.js';

/** At most so many rows are drawn at a time, and so many altogether: it takes less than half a second. */
const DRAWN = { rows: 2000, all: 4e5, least: 200, most: 500 };
/** The middle 95% of a normal distribution is within so many standard deviations. */
const Z = 1.959964;

/**
 * 95% intervals of scores, for the chance in which rows were drawn to judge by.
 *
 * Accuracy has Wilson's interval. The others have the percentile interval of a bootstrap, as many rows drawn with
 * replacement as there are; of very many rows fewer, m of n, whose spread is then narrowed by √(m/n).
 *
 * After B. Efron, R. Tibshirani: "An introduction to the bootstrap", 1993; E. B. Wilson: "Probable inference", 1927.
 *
 * @param classes how many; `undefined` of a quantity
 * @param scores of all rows
 */
export function intervalsOf(
  predictions: Predictions,
  classes: number | undefined,
  scores: Scores,
): Partial<Record<Measure, Interval>> {
  const rows = predictions.actual.length;
  if (rows < 2) return {};
  const drawn = Math.min(rows, DRAWN.rows);
  const repeats = Math.round(Math.min(DRAWN.most, Math.max(DRAWN.least, DRAWN.all / drawn)));
  const dice = random(0, 'bootstrap');
  const again = Array.from({ length: repeats }, () => {
    const at = Int32Array.from({ length: drawn }, () => dice.integer(rows));
    const { predicted, actual } = gathered(predictions, at);
    return classes === undefined
      ? quantityScores(predicted, actual)
      : classScores(predicted, actual, classes);
  });
  const intervals = measuresOf([scores]).map((measure): [Measure, Interval] => {
    const values = again.map((each) => scoreOf(each, measure) ?? Number.NaN).filter(Number.isFinite);
    return [measure, percentiles(values, scoreOf(scores, measure)!, Math.sqrt(drawn / rows))];
  });
  const told = Object.fromEntries(intervals.filter(([, [low, high]]) => low < high));
  return 'accuracy' in scores ? { ...told, accuracy: wilson(scores.accuracy * rows, rows) } : told;
}

function percentiles(values: number[], centre: number, narrowed: number): Interval {
  values.sort((a, b) => a - b);
  const at = (share: number) => centre + narrowed * ((quantileSorted(values, share) ?? Number.NaN) - centre);
  return [at(0.025), at(0.975)];
}

/** Where a share may lie of which `hits` of `rows` were seen. */
export function wilson(hits: number, rows: number): Interval {
  const share = hits / rows;
  const middle = (share + Z ** 2 / (2 * rows)) / (1 + Z ** 2 / rows);
  const half = (Z / (1 + Z ** 2 / rows)) * Math.sqrt((share * (1 - share)) / rows + Z ** 2 / (4 * rows ** 2));
  return [hits === 0 ? 0 : middle - half, hits === rows ? 1 : middle + half];
}
