import { looksNumeric } from './cells.js';
import { type Levels, levelsOf } from './levels.js';
import { plural } from './names.js';
import { correlation } from './stats.js';
import type { ColumnSummary } from './summary.js';
import { type Column, numbersOf } from './table.js';

/** Text with more levels than this keeps those of at least ten training rows and pools the rest when it is encoded. */
export const MANY_LEVELS = 50;

/** Of a level of fewer rows than this, less than ten may be among those that train. */
const FEW = 15;

/**
 * What a person should look at in a column before trusting a model of it, one line each.
 *
 * Infinite cells; more than half missing; values further from the middle half than three
 * interquartile ranges and than normal values reach;
 * skewness above 2; text that is mostly numbers; more than 50 levels, some of them rare.
 */
export function worthALook(column: Column, summary: ColumnSummary): string[] {
  const { rows, missing, infinite, distinct, numbers } = summary;
  const lines: string[] = [];
  if (infinite > 0) lines.push(`${plural(infinite, 'infinite value')}, taken as missing`);
  if (distinct > 0 && 2 * missing > rows) lines.push(`${percent(missing / rows)} of its values are missing`);
  if (numbers && distinct > 2) {
    const { outliers, min, max, skewness } = numbers;
    if (outliers > 0 && column.kind === 'number')
      lines.push(
        `${plural(outliers, 'value')} far from the rest (it reaches from ${round(min)} to ${round(max)}); check for slips`,
      );
    if (Math.abs(skewness) > 2) lines.push(`skewed (${round(skewness)}): most values lie at one end`);
  }
  if (column.kind === 'text') {
    lines.push(...mostlyNumbers(column));
    if (distinct > MANY_LEVELS && levelsOf(column).counts.some((count) => count < FEW))
      lines.push(`${distinct.toLocaleString('en-US')} different texts: the rarer ones will share one column`);
  }
  return lines;
}

/** A line when a few words have made text of numbers. */
export function mostlyNumbers(column: Column): string[] {
  if (column.kind !== 'text') return [];
  const { levels } = column;
  const word = levels.find((level) => !looksNumeric(level));
  if (word === undefined || 2 * levels.filter(looksNumeric).length <= levels.length) return [];
  return [`mostly numbers, but it is taken as text because of values such as ${JSON.stringify(word)}`];
}

/** The target as numbers that others can be correlated with; `undefined` for more than two classes. */
export function comparable(target: Column, classes: Levels | undefined): Float64Array | undefined {
  if (!classes) return target.kind === 'text' ? undefined : numbersOf(target);
  if (classes.levels.length > 2) return undefined;
  return Float64Array.from(classes.codes, (code) => (code < 0 ? Number.NaN : code));
}

/** A line when a number moves as the target does, which is often because it was known only afterwards. */
export function suspicious(column: Column, wanted: Float64Array | undefined): string[] {
  if (column.kind === 'text' || !wanted) return [];
  const r = correlation(numbersOf(column), wanted);
  if (Math.abs(r) < 0.995) return [];
  return [
    `it moves as the target does (correlation ${r.toFixed(4)}); is it known at the time of predicting?`,
  ];
}

const percent = (share: number): string => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)}%`;

/** Three digits, but all those before the point: `4,962`, `−0.0314`. */
const round = (value: number): string => {
  const whole = Math.abs(value) >= 100 && Math.abs(value) < 1e12;
  const text = whole ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(3)));
  return text.replaceAll('-', '−').replace('e+', 'e');
};
