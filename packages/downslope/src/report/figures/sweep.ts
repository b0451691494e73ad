import { extent } from 'd3-array';
import type { ModelCurves } from '../data.js';
import { html, type Markup } from '../page/html.js';
import { aired, frameOf, lineThrough } from './frame.js';

/** The loss against the learning rate, by powers of ten. A loss that has run away is cut off. */
export function sweepFigure({ lr, rates, losses }: NonNullable<ModelCurves['sweep']>): Markup {
  const [least = 0] = extent(losses);
  const most = Math.max(losses[0] ?? 0, ...losses.slice(0, losses.indexOf(least))) * 1.25;
  const shown = losses.map((loss) => Math.min(loss, most));
  const [low = 0, high = 1] = extent(rates);
  const frame = frameOf({
    label: `Range test: the loss is least at the rate ${rates[losses.indexOf(least)]}, chosen is ${lr}`,
    x: { name: 'learning rate', domain: [Math.log10(low), Math.log10(high)], write: powerOfTen },
    y: { name: 'loss', domain: aired([least, Math.max(...shown)]) },
    height: 230,
  });
  return frame.draw([
    html`<path class="guide" d="${frame.up(Math.log10(lr))}"/>`,
    html`<path class="curve series-1" d="${lineThrough(frame, rates.map(Math.log10), shown)}"/>`,
  ]);
}

const powerOfTen = (exponent: number): string =>
  Number.isInteger(exponent) ? `1e${exponent}`.replace('-', '−') : '';
