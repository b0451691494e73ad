import { ticks } from 'd3-array';
import { short } from '../../format.js';
import { type Content, html, type Markup } from '../page/html.js';

/** A picture's axes, and where values are in it. */
export interface Frame {
  readonly x: (value: number) => string;
  readonly y: (value: number) => string;
  /** Lines through the whole picture, at a height and at a place. */
  readonly across: (y: number) => string;
  readonly up: (x: number) => string;
  readonly draw: (content: Content) => Markup;
}

export interface FrameOptions {
  /** What the picture shows, for those who do not see it. */
  readonly label: string;
  readonly x: {
    readonly name: string;
    readonly domain: readonly [number, number];
    /** Whole numbers are named so. */
    readonly write?: (value: number) => string;
  };
  readonly y: { readonly name: string; readonly domain: readonly [number, number] };
  readonly height?: number;
}

const WIDTH = 400;
const MARGIN = { left: 58, right: 12, top: 10, bottom: 42 };

/** A frame with ticks and faint lines; everything in it is coloured by the page's style. */
export function frameOf({ label, x, y, height = 320 }: FrameOptions): Frame {
  const right = WIDTH - MARGIN.right;
  const bottom = height - MARGIN.bottom;
  const xAt = scale(x.domain, [MARGIN.left, right]);
  const yAt = scale(y.domain, [bottom, MARGIN.top]);
  const { write = short } = x;
  const xTicks = ticks(...x.domain, 6).map(
    (value) =>
      html`<path d="M${xAt(value)} ${MARGIN.top}V${bottom}"/><text x="${xAt(value)}" y="${bottom + 16}">${write(value)}</text>`,
  );
  const yTicks = ticks(...y.domain, 5).map(
    (value) =>
      html`<path d="M${MARGIN.left} ${yAt(value)}H${right}"/><text x="${MARGIN.left - 7}" y="${yAt(value)}" dy="3.5">${short(value)}</text>`,
  );
  const middle = (MARGIN.top + bottom) / 2;
  return {
    x: xAt,
    y: yAt,
    across: (value) => `M${MARGIN.left} ${yAt(value)}H${right}`,
    up: (value) => `M${xAt(value)} ${MARGIN.top}V${bottom}`,
    draw: (content) => html`<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${label}">
<g class="ticks across">${xTicks}</g><g class="ticks up">${yTicks}</g>
<text class="axis" x="${(MARGIN.left + right) / 2}" y="${height - 6}">${x.name}</text>
<text class="axis" transform="translate(12 ${middle}) rotate(-90)">${y.name}</text>
${content}</svg>`,
  };
}

/** A tenth of a unit is less than can be seen. */
export const scale =
  ([from, to]: readonly [number, number], [start, end]: readonly [number, number]) =>
  (value: number): string => {
    const share = to === from ? 0.5 : (value - from) / (to - from);
    return String(Number((start + share * (end - start)).toFixed(1)));
  };

/** A path through points. */
export const lineThrough = (frame: Frame, xs: readonly number[], ys: readonly number[]): string =>
  `M${xs.map((x, i) => `${frame.x(x)} ${frame.y(ys[i]!)}`).join('L')}`;

/** A range with some air at both ends. */
export function aired([low, high]: readonly [number, number], share = 0.04): [number, number] {
  const air = high > low ? share * (high - low) : Math.max(1e-9, Math.abs(high) * share);
  return [low - air, high + air];
}
