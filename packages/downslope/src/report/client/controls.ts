import type uPlot from 'uplot';
import type { Chart } from '../data.js';
import { showAll } from './keys.js';
import type { Look } from './options.js';

/** What the controls act on. */
interface Acts {
  /** Draws the chart anew. */
  readonly draw: () => void;
  /** All values can stand on a logarithmic axis. */
  readonly positive: boolean;
  readonly plotNow: () => uPlot | undefined;
}

/** Switches below a chart: a logarithmic axis, smoothing, all epochs. */
export function controlsFor({ x, title }: Chart, look: Look, { draw, positive, plotNow }: Acts): HTMLElement {
  const element = document.createElement('div');
  element.className = 'controls';
  if (positive) element.append(labelled(logSwitch(look, draw), 'log scale', title));
  if (x.length > 10) element.append(labelled(smoothingSlider(look, draw), 'smoothing', title));
  if (x.length > 2) {
    const all = document.createElement('button');
    all.type = 'button';
    all.textContent = 'all epochs';
    all.setAttribute('aria-label', `all epochs of ${title}`);
    all.addEventListener('click', () => {
      const plot = plotNow();
      if (plot) showAll(plot, x);
    });
    element.append(all);
  }
  return element;
}

function logSwitch(look: Look, draw: () => void): HTMLInputElement {
  const log = document.createElement('input');
  log.type = 'checkbox';
  log.checked = look.log;
  log.addEventListener('change', () => {
    look.log = log.checked;
    draw();
  });
  return log;
}

function smoothingSlider(look: Look, draw: () => void): HTMLInputElement {
  const smoothing = document.createElement('input');
  Object.assign(smoothing, { type: 'range', min: '0', max: '0.99', step: '0.01', value: '0' });
  smoothing.addEventListener('input', () => {
    look.smoothing = Number(smoothing.value);
    draw();
  });
  return smoothing;
}

function labelled(control: HTMLInputElement, text: string, of: string): HTMLLabelElement {
  const label = document.createElement('label');
  const rest = document.createElement('span');
  rest.className = 'unseen';
  rest.textContent = ` of ${of}`;
  label.append(control, text, rest);
  return label;
}
