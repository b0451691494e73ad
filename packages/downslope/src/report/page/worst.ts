import { count, significant } from '../../format.js';
import type { Learned, Worst } from '../data.js';
import { PART_NAMES } from '../parts.js';
import { html } from './html.js';
import { type Section, tableOf } from './parts.js';

/** The rows that the model got the most wrong, as they are in the table. */
export function worstSection({ judged, task }: Learned, { columns, of, rows }: Worst): Section {
  const measure = task === 'regression' ? 'Residual' : 'Probability of the actual class';
  const some = columns.length < of ? ` The ${columns.length} columns that matter most of ${count(of)}.` : '';
  return {
    id: 'worst',
    title: 'Worst predictions',
    content: html`<p>The ${PART_NAMES[judged.part]} rows that it got the most wrong, as they are in the table.${some} Look here for wrong labels and for what the columns do not say.</p>
${tableOf({
  caption: 'Worst predictions',
  head: ['Row', 'Actual', 'Predicted', measure, ...columns],
  rows: rows.map(({ row, actual, predicted, measure, cells }) => [
    count(row),
    actual,
    predicted,
    significant(measure, 3),
    ...cells.map((cell) => (cell === '' ? html`<i>missing</i>` : cell)),
  ]),
})}`,
  };
}
