import { count, short, significant } from '../../format.js';
import type { Judged, QuantityView } from '../data.js';
import { predictedAgainstActual, residualHistogram, residualsAgainstPredicted } from '../figures/quantity.js';
import { PART_NAMES } from '../parts.js';
import { html } from './html.js';
import { dataTable, figureOf, type Section } from './parts.js';

/** Predictions of a quantity beside what it is. */
export function quantitySection(
  target: string,
  judged: Judged,
  { points, residuals }: QuantityView,
): Section {
  const shown = points.row.length;
  const which = `${shown < judged.rows ? `${count(shown)} of the ` : ''}${count(judged.rows)} ${PART_NAMES[judged.part]} rows`;
  const data = (caption: string) =>
    dataTable({
      caption,
      head: ['Row', 'Actual', 'Predicted', 'Residual'],
      rows: points.row.map((row, i) => [
        count(row),
        short(points.actual[i]!),
        short(points.predicted[i]!),
        significant(points.actual[i]! - points.predicted[i]!),
      ]),
    });
  return {
    id: 'predictions',
    title: 'Predictions',
    content: html`<div class="trio">${[
      figureOf(
        'Predicted against actual',
        `On the line a prediction is right. ${which}.`,
        predictedAgainstActual(points, target),
        data('predicted against actual'),
      ),
      figureOf(
        'Residuals',
        'Actual − predicted. A pattern here is something that the model has not seen.',
        residualsAgainstPredicted(points, target),
        data('residuals'),
      ),
      figureOf(
        'Distribution of the residuals',
        'How many rows are off by how much.',
        residualHistogram(residuals),
        dataTable({
          caption: 'distribution of the residuals',
          head: ['From', 'To', 'Rows'],
          rows: residuals.counts.map((rows, i) => [
            short(residuals.edges[i]!),
            short(residuals.edges[i + 1]!),
            count(rows),
          ]),
        }),
      ),
    ]}</div>`,
  };
}
