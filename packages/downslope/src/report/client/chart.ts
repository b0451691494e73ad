import uPlot from 'uplot';
import type { Chart } from '../data.js';
import { controlsFor } from './controls.js';
import { listenToKeys } from './keys.js';
import { legendFor } from './legend.js';
import { type Look, optionsFor } from './options.js';
import { smoothed } from './smooth.js';

/** What can be asked of a chart that is drawn. */
export interface ChartView {
  /** In the colours of now. */
  redraw(): void;
  /** To the place that it has, or to a width of paper. */
  resize(paper?: number): void;
}

/** Draws the chart that a place holds the data of, with its legend and controls. */
export function chartView(place: HTMLElement): ChartView {
  const chart: Chart = JSON.parse(place.querySelector('script')?.textContent ?? '');
  const height = place.dataset.tall === 'yes' ? 320 : 190;
  const positive = canBeLog(chart);
  const look: Look = { log: chart.log && positive, smoothing: 0 };
  const legend = legendFor(chart);
  const canvas = document.createElement('div');
  canvas.className = 'canvas';
  let plot: uPlot | undefined;
  const width = () => Math.max(200, place.clientWidth);
  const draw = () => {
    plot?.destroy();
    plot = new uPlot(
      optionsFor(chart, look, legend, { width: width(), height }),
      dataOf(chart, look),
      canvas,
    );
  };
  const plotNow = () => plot;
  place.append(legend.element, canvas, controlsFor(chart, look, { draw, positive, plotNow }));
  listenToKeys(canvas, chart, plotNow, legend.say);
  return {
    redraw: () => plot?.redraw(false),
    resize: (paper) => {
      if (place.clientWidth === 0) return; // its model is not shown
      if (!plot) draw();
      plot!.setSize({ width: Math.min(paper ?? Number.POSITIVE_INFINITY, width()), height });
    },
  };
}

const canBeLog = ({ series }: Chart): boolean =>
  series.every(({ values }) => values.every((value) => value === null || value > 0));

/** Columns as uPlot takes them: x, all series, and all series smoothed. */
function dataOf({ x, series }: Chart, { smoothing }: Look): uPlot.AlignedData {
  const raw = series.map(({ values }) => values);
  const smooth = smoothing > 0 ? raw.map((values) => smoothed(x, values, smoothing)) : [];
  return [x, ...raw, ...smooth] as unknown as uPlot.AlignedData;
}
