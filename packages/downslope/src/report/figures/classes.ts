import { decimals } from '../../format.js';
import type { Calibration, PrecisionRecallCurve, RocCurve } from '../data.js';
import { html, type Markup } from '../page/html.js';
import { type Frame, frameOf, lineThrough } from './frame.js';

const SHARE = [0, 1] as const;

/** Curves of several classes differ in colour and in dashes. */
const curve = (frame: Frame, i: number, xs: readonly number[], ys: readonly number[]): Markup =>
  html`<path class="curve series-${i + 1}" d="${lineThrough(frame, xs, ys)}"/>`;

/** A legend for curves that share a picture; a single one needs none. */
export const legendOf = (names: readonly string[]): Markup =>
  html`<ul class="legend">${names.map(
    (name, i) =>
      html`<li><svg class="swatch" viewBox="0 0 26 10" aria-hidden="true"><path class="curve series-${i + 1}" d="M1 5H25"/></svg>${name}</li>`,
  )}</ul>`;

/** Hits against false alarms as the threshold falls. */
export function rocFigure(curves: readonly RocCurve[]): Markup {
  const frame = frameOf({
    label: `ROC: ${curves.map(({ name, area }) => `${name}, AUC ${decimals(area)}`).join('; ')}`,
    x: { name: 'false positive rate', domain: SHARE },
    y: { name: 'true positive rate', domain: SHARE },
  });
  const guessing = html`<path class="guide" d="M${frame.x(0)} ${frame.y(0)}L${frame.x(1)} ${frame.y(1)}"/>`;
  return frame.draw([
    guessing,
    curves.map(({ falsePositive, truePositive }, i) => curve(frame, i, falsePositive, truePositive)),
  ]);
}

/** How many of those called so are so, as more are called so. */
export function precisionRecallFigure(curves: readonly PrecisionRecallCurve[]): Markup {
  const frame = frameOf({
    label: `Precision and recall: ${curves.map(({ name, area }) => `${name}, average precision ${decimals(area)}`).join('; ')}`,
    x: { name: 'recall', domain: SHARE },
    y: { name: 'precision', domain: SHARE },
  });
  const guessing = curves.map(
    ({ share }) => html`<path class="guide" d="M${frame.x(0)} ${frame.y(share)}H${frame.x(1)}"/>`,
  );
  return frame.draw([guessing, curves.map(({ recall, precision }, i) => curve(frame, i, recall, precision))]);
}

/** How often what was given a probability is so; whiskers are 95% intervals. */
export function calibrationFigure({ of, bins }: Calibration): Markup {
  const frame = frameOf({
    label: `Calibration in ${bins.length} groups of rows by the ${of}`,
    x: { name: of, domain: SHARE },
    y: { name: 'share that is so', domain: SHARE },
  });
  const perfect = html`<path class="guide" d="M${frame.x(0)} ${frame.y(0)}L${frame.x(1)} ${frame.y(1)}"/>`;
  const marks = bins.map(({ predicted, observed, interval: [low, high] }) => {
    const x = frame.x(predicted);
    return html`<path class="whisker" d="M${x} ${frame.y(low)}V${frame.y(high)}"/><circle class="mark" cx="${x}" cy="${frame.y(observed)}" r="4"/>`;
  });
  const through = lineThrough(
    frame,
    bins.map(({ predicted }) => predicted),
    bins.map(({ observed }) => observed),
  );
  return frame.draw([perfect, bins.length > 1 && html`<path class="curve series-1" d="${through}"/>`, marks]);
}
