import { extent } from 'd3-array';
import { count, significant } from '../../format.js';
import type { QuantityView } from '../data.js';
import { html, json, type Markup } from '../page/html.js';
import { aired, type Frame, frameOf } from './frame.js';

/** Of the two pictures that stand beside a tall one. */
const LOW = 158;

type Points = QuantityView['points'];

/** A dot for each row as one path: its strokes have no length and round ends. */
const dots = (frame: Frame, xs: readonly number[], ys: readonly number[]): Markup =>
  html`<path class="dots" d="${xs.map((x, i) => `M${frame.x(x)} ${frame.y(ys[i]!)}h0`).join('')}"/>`;

/** What the page's script looks up under the pointer. */
const lookUp = (frame: Frame, { row, actual, predicted }: Points, ys: readonly number[]): Markup => {
  const at = row.map((_, i) => [Number(frame.x(predicted[i]!)), Number(frame.y(ys[i]!))]);
  return html`<script type="application/json" class="points">${json({ at, row, actual, predicted })}</script>`;
};

const rangeOf = (...lists: readonly (readonly number[])[]): [number, number] => {
  const [low = 0, high = 0] = extent(lists.flat());
  return aired([low, high]);
};

/** What is, against what was predicted: on the line all is right. */
export function predictedAgainstActual(points: Points, target: string): Markup {
  const domain = rangeOf(points.actual, points.predicted);
  const frame = frameOf({
    label: `${count(points.row.length)} rows: actual against predicted ${target}`,
    x: { name: `predicted ${target}`, domain },
    y: { name: 'actual', domain },
    height: 400,
  });
  const [low, high] = domain;
  const right = html`<path class="guide" d="M${frame.x(low)} ${frame.y(low)}L${frame.x(high)} ${frame.y(high)}"/>`;
  return html`${frame.draw([right, dots(frame, points.predicted, points.actual)])}${lookUp(frame, points, points.actual)}`;
}

/** What is left over, against what was predicted: a pattern is something that the model has not seen. */
export function residualsAgainstPredicted(points: Points, target: string): Markup {
  const residuals = points.actual.map((actual, i) => actual - points.predicted[i]!);
  const [low, high] = rangeOf(residuals);
  const reach = Math.max(Math.abs(low), Math.abs(high));
  const frame = frameOf({
    label: `${count(residuals.length)} rows: residual against predicted ${target}`,
    x: { name: `predicted ${target}`, domain: rangeOf(points.predicted) },
    y: { name: 'residual', domain: [-reach, reach] },
    height: LOW,
  });
  const none = html`<path class="guide" d="${frame.across(0)}"/>`;
  return html`${frame.draw([none, dots(frame, points.predicted, residuals)])}${lookUp(frame, points, residuals)}`;
}

/** How many rows are off by how much. */
export function residualHistogram({ edges, counts }: QuantityView['residuals']): Markup {
  const frame = frameOf({
    label: `Histogram of the residuals, from ${significant(edges[0]!)} to ${significant(edges.at(-1)!)}`,
    x: { name: 'residual (actual − predicted)', domain: [edges[0]!, edges.at(-1)!] },
    y: { name: 'rows', domain: [0, Math.max(1, ...counts)] },
    height: LOW,
  });
  const bars = counts.map((rows, i) => {
    const [from, to] = [Number(frame.x(edges[i]!)), Number(frame.x(edges[i + 1]!))];
    const [top, bottom] = [Number(frame.y(rows)), Number(frame.y(0))];
    const width = Math.max(0.5, to - from - 1);
    return html`<rect class="bar" x="${from + 0.5}" y="${top}" width="${width.toFixed(1)}" height="${(bottom - top).toFixed(1)}"/>`;
  });
  const within = edges[0]! < 0 && edges.at(-1)! > 0;
  const zero = within && html`<path class="guide" d="${frame.up(0)}"/>`;
  return frame.draw([bars, zero]);
}
