import type { Interval } from '../data.js';
import { html, type Markup } from '../page/html.js';
import { aired, scale } from './frame.js';

const WIDTH = 220;

/** A score, where it may lie by chance, and the baseline, on one line. */
export function scoreStrip(
  label: string,
  value: number,
  interval: Interval | undefined,
  baseline: number,
): Markup {
  const all = [value, baseline, ...(interval ?? [])];
  const at = scale(aired([Math.min(...all), Math.max(...all)]), [6, WIDTH - 6]);
  return html`<svg class="strip" viewBox="0 0 ${WIDTH} 22" role="img" aria-label="${label}">
<path class="rail" d="M0 11H${WIDTH}"/>
${interval && html`<path class="range" d="M${at(interval[0])} 11H${at(interval[1])}"/>`}
<path class="baseline" d="M${at(baseline)} 4V18"/><circle class="mark" cx="${at(value)}" cy="11" r="5"/></svg>`;
}

/** A bar from zero and how far it spreads, within a row of a table. `most` is the longest. */
export function barStrip(value: number, spread: number, [least, most]: readonly [number, number]): Markup {
  const at = scale([Math.min(0, least), Math.max(most, 0) || 1], [1, WIDTH - 1]);
  const [zero, end] = [Number(at(0)), Number(at(value))];
  return html`<svg class="strip" viewBox="0 0 ${WIDTH} 18" aria-hidden="true">
<rect class="bar" x="${Math.min(zero, end)}" y="3" width="${Math.abs(end - zero).toFixed(1)}" height="12"/>
<path class="whisker" d="M${at(Math.max(value - spread, Math.min(0, least)))} 9H${at(value + spread)}"/><path class="rail" d="M${zero} 0V18"/></svg>`;
}
