import type { Coefficients } from '@downslope/core';
import { count, significant } from '../../format.js';
import type { Importance, Judged, Learned } from '../data.js';
import { barStrip } from '../figures/strips.js';
import { PART_NAMES } from '../parts.js';
import { html, type Markup } from './html.js';
import { figureOf, type Section, tableOf } from './parts.js';

const MOST = { columns: 25, terms: 60, outputs: 8 };

/** What the model goes by. */
export function featuresSection({
  judged,
  coefficients,
  target,
}: Learned & { target: string }): Section | undefined {
  const { importance } = judged;
  if (!importance && !coefficients) return undefined;
  return {
    id: 'features',
    title: 'What matters',
    content: [
      importance && importanceFigure(importance, judged),
      coefficients && weightsFigure(coefficients, target),
    ],
  };
}

function importanceFigure(
  { measure, rows, repeats, from, columns, leftOut }: Importance,
  judged: Judged,
): Markup {
  const shown = columns.slice(0, MOST.columns);
  const ends = [
    Math.min(...shown.map(({ rise, spread }) => rise - spread)),
    Math.max(...shown.map(({ rise, spread }) => rise + spread)),
  ] as const;
  const rest = columns.length - shown.length;
  return figureOf(
    'Permutation importance',
    `How much the ${measure} rises above ${significant(from)} when a column’s values are dealt anew among ${count(rows)} ${PART_NAMES[judged.part]} rows, ${repeats} times; lines are standard deviations. Columns that say the same share their importance.`,
    [
      tableOf({
        caption: 'Permutation importance',
        head: ['Column', `Rise of the ${measure}`, '±', html`<span class="unseen">As a bar</span>`],
        rows: shown.map(({ name, rise, spread }) => [
          name,
          significant(rise, 3),
          significant(spread, 2),
          barStrip(rise, spread, ends),
        ]),
      }),
      rest > 0 && html`<p class="note">and ${count(rest)} columns that matter less</p>`,
      leftOut > 0 && html`<p class="note">${count(leftOut)} more columns were not tried, to save time</p>`,
    ],
  );
}

function weightsFigure({ outputs, intercept, terms }: Coefficients, target: string): Markup {
  const shown = terms.slice(0, MOST.terms);
  const cells = (weights: readonly number[]) =>
    weights.slice(0, MOST.outputs).map((weight) => significant(weight));
  const about =
    outputs.length === 1 && outputs[0] === target
      ? `How much ${target} changes with one unit of a column, the others as they are.`
      : outputs.length === 1
        ? `How much the log-odds of ${outputs[0]} change with one unit of a column, the others as they are.`
        : 'How much the score of each class changes with one unit of a column, the others as they are.';
  return figureOf('Weights', about, [
    tableOf({
      caption: 'Weights of the linear model, in the units of the data',
      head: ['Column', ...outputs.slice(0, MOST.outputs)],
      rows: [
        ['intercept', ...cells(intercept)],
        ...shown.map(({ name, weights }) => [name, ...cells(weights)]),
      ],
    }),
    terms.length > shown.length &&
      html`<p class="note">and ${count(terms.length - shown.length)} more; model/weights.safetensors has all</p>`,
    outputs.length > MOST.outputs &&
      html`<p class="note">and ${count(outputs.length - MOST.outputs)} more classes</p>`,
  ]);
}
