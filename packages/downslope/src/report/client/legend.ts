import type { Chart } from '../data.js';
import { write } from './numbers.js';

export interface Legend {
  readonly element: HTMLElement;
  /** The values at a place, or at the end. */
  readonly show: (at?: number) => void;
  /** The values at a place, also for those who listen. */
  readonly say: (at: number) => void;
  readonly colour: (series: number) => string;
}

const SVG = 'http://www.w3.org/2000/svg';

/** What each line is, and its value at the cursor, or at the end. */
export function legendFor({ x, series }: Chart): Legend {
  const element = document.createElement('div');
  element.className = 'chart-legend';
  const list = document.createElement('ul');
  list.className = 'legend';
  const epoch = document.createElement('output');
  const spoken = document.createElement('p');
  spoken.className = 'unseen';
  spoken.setAttribute('aria-live', 'polite');
  const items = series.map(({ name, kind }, i) => {
    const item = document.createElement('li');
    const sample = swatch(kind === 'other' ? `series-${i + 1}` : kind, i);
    const value = document.createElement('b');
    item.append(sample, `${name} `, value);
    list.append(item);
    return { sample, value };
  });
  element.append(list, epoch, spoken);
  const show = (at?: number) => {
    epoch.textContent = at === undefined ? '' : `epoch ${x[at]!.toLocaleString('en-US')}`;
    for (const [i, { value }] of items.entries()) {
      const { values } = series[i]!;
      const given = at === undefined ? values.findLast((each) => each !== null) : values[at];
      value.textContent = given === null || given === undefined ? '' : write(given);
    }
  };
  show();
  return {
    element,
    show,
    /** For those who listen. */
    say: (at: number) => {
      show(at);
      const values = items.map(({ value }, i) => `${series[i]!.name} ${value.textContent || 'none'}`);
      spoken.textContent = `epoch ${x[at]}: ${values.join(', ')}`;
    },
    colour: (i: number): string => getComputedStyle(items[i]!.sample).color,
  };
}

function swatch(kind: string, i: number): SVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 26 10');
  svg.setAttribute('aria-hidden', 'true');
  svg.setAttribute('class', `swatch ${kind}`);
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', 'M1 5H25');
  path.setAttribute('class', `curve dash-${i + 1}`);
  svg.append(path);
  return svg;
}
