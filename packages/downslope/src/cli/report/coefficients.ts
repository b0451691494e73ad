import type { Coefficients } from '@downslope/core';
import { count, significant } from '../../format.js';
import { aligned, block, cut, type Style } from '../style.js';

const MOST = { terms: 20, outputs: 5 };

/** A linear model in the units of the data: a line for each term, a column for each output. */
export function coefficientLines({ outputs, intercept, terms }: Coefficients, style: Style): string[] {
  const shownOutputs = outputs.slice(0, MOST.outputs);
  const cells = (weights: readonly number[]) =>
    weights.slice(0, MOST.outputs).map((weight) => significant(weight));
  const shown = terms.slice(0, MOST.terms);
  const table = [
    ['', ...shownOutputs.map((name) => style.dim(cut(name, 14)))],
    [style.dim('intercept'), ...cells(intercept)],
    ...shown.map(({ name, weights }) => [cut(name, 36), ...cells(weights)]),
  ];
  const rest = [
    ...(terms.length > shown.length ? [`and ${count(terms.length - shown.length)} more terms`] : []),
    ...(outputs.length > shownOutputs.length
      ? [`and ${outputs.length - shownOutputs.length} more classes`]
      : []),
  ];
  return block(
    'weights',
    [
      ...aligned(table, { indent: 0, gap: 3, align: ['left', 'right'] }),
      ...rest.map((line) => style.dim(line)),
    ],
    style,
  );
}
