import { count, decimals } from '../../format.js';
import type { Calibration, ClassView, Judged, PrecisionRecallCurve, RocCurve } from '../data.js';
import { calibrationFigure, legendOf, precisionRecallFigure, rocFigure } from '../figures/classes.js';
import { PART_NAMES } from '../parts.js';
import { confusionFigure } from './confusion.js';
import { type Content, html, type Markup } from './html.js';
import { dataTable, figureOf, type Section } from './parts.js';

/** Predictions of classes beside what they are. */
export function classesSection(judged: Judged, view: ClassView, classes: readonly string[]): Section {
  const { roc, precisionRecall, calibration, confusion } = view;
  const which = `${count(judged.rows)} ${PART_NAMES[judged.part]} rows`;
  const matrix = confusionFigure(classes, confusion, which);
  // A small matrix makes an even number of pictures out of an odd one.
  const few = classes.length <= 3 && precisionRecall.length > 0;
  return {
    id: 'predictions',
    title: 'Predictions',
    content: html`${!few && matrix}<div class="grid">${[
      few && matrix,
      roc.length > 0 && rocOf(roc, classes.length),
      precisionRecall.length > 0 && precisionRecallOf(precisionRecall),
      calibrationOf(calibration),
    ]}</div>`,
  };
}

function rocOf(curves: readonly RocCurve[], classes: number): Markup {
  const [only] = curves;
  const about =
    classes === 2
      ? `How ${only!.name} is told from the rest as the threshold falls. AUC ${decimals(only!.area)}; guessing, the dashed line, has 0.5.`
      : `Each class against the rest${curves.length < classes ? ', of the most frequent' : ''}. Guessing is the dashed line.`;
  return figureOf(
    'ROC',
    about,
    [
      rocFigure(curves),
      classes > 2 && legendOf(curves.map(({ name, area }) => `${name}: AUC ${decimals(area)}`)),
    ],
    dataTable({
      caption: 'ROC',
      head: ['Class', 'False positive rate', 'True positive rate'],
      rows: pairs(curves, ({ falsePositive, truePositive }) => [falsePositive, truePositive]),
    }),
  );
}

const precisionRecallOf = (curves: readonly PrecisionRecallCurve[]): Markup =>
  figureOf(
    'Precision and recall',
    'Of rare classes: how many of those called so are so, as more are called so. Guessing is the dashed line.',
    [
      precisionRecallFigure(curves),
      legendOf(curves.map(({ name, area }) => `${name}: average precision ${decimals(area)}`)),
    ],
    dataTable({
      caption: 'precision and recall',
      head: ['Class', 'Recall', 'Precision'],
      rows: pairs(curves, ({ recall, precision }) => [recall, precision]),
    }),
  );

const pairs = <Curve extends { readonly name: string }>(
  curves: readonly Curve[],
  columns: (curve: Curve) => [readonly number[], readonly number[]],
): Content[][] =>
  curves.flatMap((curve) => {
    const [xs, ys] = columns(curve);
    return xs.map((x, i): Content[] => [curve.name, decimals(x), decimals(ys[i]!)]);
  });

const calibrationOf = (calibration: Calibration): Markup =>
  figureOf(
    'Calibration',
    `How often what was given a probability is so; whiskers are 95% intervals. Mean gap (ECE) ${decimals(calibration.error)}.`,
    calibrationFigure(calibration),
    dataTable({
      caption: 'calibration',
      head: ['Mean probability', 'Share that is so', '95% interval', 'Rows'],
      rows: calibration.bins.map(({ predicted, observed, interval, rows }) => [
        decimals(predicted),
        decimals(observed),
        interval.map(decimals).join(' to '),
        count(rows),
      ]),
    }),
  );
