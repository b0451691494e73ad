import type {
  ClassResult,
  Comparison,
  ModelEvent,
  PreparedEvent,
  Scores,
  TableResult,
  Trained,
} from '@downslope/core';
import { batchInWords, count, counted, duration, significant } from '../../format.js';
import { doubtsOf } from '../../report/doubts.js';
import { PART_NAMES, presentParts } from '../../report/parts.js';
import { block, cut, oneLine, type Style } from '../style.js';
import { coefficientLines } from './coefficients.js';
import { confusionLines, scoreLines, scoreRows } from './scores.js';

/** Who learns from which rows, and what was done to them. */
export function preparedLines({ rows, width, notes }: PreparedEvent, how: string, style: Style): string[] {
  const shares = presentParts(rows).map(([part, number]) => `${count(number)} ${PART_NAMES[part]}`);
  return [
    ...block('split', [`${shares.join(', ')} rows, ${how}`], style),
    ...block('encoded', [`as ${counted(width, 'column')}`, ...notes.map(oneLine)], style),
  ];
}

/** How the training of one model went. */
export function trainedLines(model: ModelEvent, trained: Trained, style: Style): string[] {
  const batch = batchInWords(model.batch);
  const { epochs, seconds, status, message, loss, validationLoss, bestEpoch, lr } = trained;
  const end = status === 'gradTol' ? 'the optimum is reached' : message;
  const losses = [
    `loss ${significant(loss)} in training`,
    ...(validationLoss === undefined ? [] : [`${significant(validationLoss)} in validation`]),
  ];
  const from = bestEpoch === epochs ? '' : `, after epoch ${count(bestEpoch)}`;
  return block(
    model.model,
    [
      `${counted(model.parameters, 'weight')}, ${model.optimizer}${lr === undefined ? '' : ` at ${significant(lr, 3)}`}, ${batch}`,
      `${counted(epochs, 'epoch')} in ${duration(seconds)}: ${end}`,
      losses.join(', ') + from,
    ],
    style,
  );
}

/** Which model is kept, its scores beside the baseline's, and what it learned. */
export function resultLines(result: TableResult, style: Style): string[] {
  const { comparison, coefficients } = result;
  return [
    ...(comparison === undefined ? [] : block('kept', [keptOf(comparison, style)], style)),
    '',
    ...scoresOf(result, style),
    ...(result.task === 'regression' ? [] : confusionOf(result, style)),
    ...(coefficients === undefined ? [] : coefficientLines(coefficients, style)),
    ...block('doubts', doubtsOf(result).map(style.yellow), style),
  ];
}

function keptOf({ kept, models, lowerBy }: Comparison, style: Style): string {
  const other = models.find(({ model }) => model !== kept)!;
  if (models.every(({ validationLoss }) => validationLoss === undefined))
    return `${kept}, but neither has a validation loss`;
  if (other.validationLoss === undefined)
    return `${style.green(kept)}, as ${other.model} has no validation loss: ${other.message}`;
  if (lowerBy >= 0.995)
    return `${style.green(kept)}: its validation loss is a small part of that of ${other.model}`;
  if (lowerBy <= 0) return `${style.green(kept)}: both validate alike, and it is the simpler one`;
  return `${style.green(kept)}: its validation loss is ${significant(100 * lowerBy, 2)}% below that of ${other.model}`;
}

function scoresOf({ metrics, baseline }: TableResult, style: Style): string[] {
  const { baseline: judged, ...parts } = metrics;
  const present = presentParts<Scores>(parts);
  const names = present.map(([part]) => PART_NAMES[part]);
  return [
    ...scoreLines([...names, 'baseline'], scoreRows([...present.map(([, scores]) => scores), judged]), style),
    ...block('', [style.dim(`baseline: ${answerOf(baseline)} (${names.at(-1)} rows)`)], style),
  ];
}

const answerOf = ({ answer }: TableResult['baseline']): string =>
  typeof answer === 'number'
    ? `always ${significant(answer)}, the mean in training`
    : `always ${cut(answer, 24)}, the most frequent in training`;

/** Of the rows that judge: the last part that there is. */
function confusionOf({ metrics, classes }: ClassResult, style: Style): string[] {
  const [part, scores] = presentParts(metrics).at(-1)!;
  return confusionLines(classes, scores.confusion, `${PART_NAMES[part]} rows`, style);
}
