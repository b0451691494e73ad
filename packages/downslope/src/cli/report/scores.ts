import type { ClassScores, Parts, QuantityScores, Scores } from '@downslope/core';
import { count, decimals, significant } from '../../format.js';
import { aligned, block, cut, type Style } from '../style.js';

/** A measure of how good predictions are, and its value on each part of the data; empty where it has none. */
export interface ScoreRow {
  readonly measure: string;
  readonly values: readonly string[];
}

/** Parts of the rows as they are called when shown. */
export const PART_NAMES = { train: 'training', validation: 'validation', test: 'test' } as const;

/** Names and values of the parts that there are. */
export const presentParts = <T>(parts: Parts<T>): [keyof typeof PART_NAMES, T][] =>
  (['train', 'validation', 'test'] as const).flatMap((part) => {
    const value = parts[part];
    return value === undefined ? [] : [[part, value]];
  });

type Measure = keyof QuantityScores | Exclude<keyof ClassScores, 'confusion'>;

/** As people call them, and as they are written: in the data's units by significant digits, else by four decimals. */
export const MEASURES: Readonly<Record<Measure, { name: string; write: (value: number) => string }>> = {
  rmse: { name: 'RMSE', write: significant },
  mae: { name: 'MAE', write: significant },
  r2: { name: 'R²', write: decimals },
  accuracy: { name: 'accuracy', write: decimals },
  logLoss: { name: 'log loss', write: decimals },
  auc: { name: 'AUC', write: decimals },
  macroF1: { name: 'macro-F1', write: decimals },
};

/** A row for each measure, a value for each of the scores. */
export function scoreRows(scores: readonly Scores[]): ScoreRow[] {
  const rows = Object.entries(MEASURES).map(([key, { name, write }]) => ({
    measure: name,
    values: scores.map((each) => {
      const value = (each as Partial<Record<Measure, number>>)[key as Measure];
      return value === undefined ? '' : write(value);
    }),
  }));
  return rows.filter(({ values }) => values.some((value) => value !== ''));
}

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
