import type { Scores } from '@downslope/core';
import { count } from '../../format.js';
import { MEASURES, measuresOf, scoreOf } from '../../report/measures.js';
import { aligned, block, cut, type Style } from '../style.js';

/** A measure of how good predictions are, and its value on each part of the data; empty where it has none. */
export interface ScoreRow {
  readonly measure: string;
  readonly values: readonly string[];
}

/** A row for each measure, a value for each of the scores. */
export const scoreRows = (scores: readonly Scores[]): ScoreRow[] =>
  measuresOf(scores).map((measure) => {
    const { name, write } = MEASURES[measure];
    const values = scores.map((each) => scoreOf(each, measure));
    return { measure: name, values: values.map((value) => (value === undefined ? '' : write(value))) };
  });

/** Measures down the side, parts of the data across. The baseline comes last, and is dimmed. */
export function scoreLines(parts: readonly string[], rows: readonly ScoreRow[], style: Style): string[] {
  const faint = (cells: readonly string[]) => [...cells.slice(0, -1), style.dim(cells.at(-1) ?? '')];
  const table = [['', ...faint(parts)], ...rows.map(({ measure, values }) => [measure, ...faint(values)])];
  return block('scores', aligned(table, { indent: 0, gap: 3, align: ['left', 'right'] }), style);
}

/** Classes that a terminal has room for. */
const MOST_CLASSES = 12;

/**
 * How often each class was taken for each: actual classes down, predicted classes across.
 *
 * @param counts `counts[actual][predicted]`
 * @param rows which rows these are
 */
export function confusionLines(
  classes: readonly string[],
  counts: readonly (readonly number[])[],
  rows: string,
  style: Style,
): string[] {
  const shown =
    classes.length > MOST_CLASSES ? mostConfused(classes, counts) : matrix(classes, counts, style);
  return block('confusion', [...shown, style.dim(`of the ${rows}`)], style);
}

function matrix(classes: readonly string[], counts: readonly (readonly number[])[], style: Style): string[] {
  const names = classes.map((name) => cut(name, 14));
  const cellOf = (value: number, hit: boolean) => {
    if (value === 0) return style.dim('·');
    return hit ? style.green(count(value)) : style.red(count(value));
  };
  const table = [
    ['actual \\ predicted', ...names],
    ...counts.map((row, actual) => [
      names[actual]!,
      ...row.map((value, predicted) => cellOf(value, actual === predicted)),
    ]),
  ];
  return aligned(table, { indent: 0, gap: 3, align: ['left', 'right'] });
}

/** Of many classes only the pairs that are mistaken most often. */
function mostConfused(classes: readonly string[], counts: readonly (readonly number[])[]): string[] {
  const pairs = counts.flatMap((row, actual) =>
    row
      .map((times, predicted) => ({ actual, predicted, times }))
      .filter((pair) => pair.actual !== pair.predicted),
  );
  const worst = pairs
    .filter((pair) => pair.times > 0)
    .sort((a, b) => b.times - a.times)
    .slice(0, 8);
  if (worst.length === 0) return ['no row is taken for another class'];
  return aligned(
    worst.map(({ actual, predicted, times }) => [
      `${cut(classes[actual]!, 24)} taken for ${cut(classes[predicted]!, 24)}`,
      count(times),
    ]),
    { indent: 0, gap: 3, align: ['left', 'right'] },
  );
}
