import { type ChartView, chartView } from './chart.js';

/** Draws all charts against the epoch, and again when their place or their colours change. */
export function drawCharts(): { redraw: () => void; resize: () => void } {
  const views: ChartView[] = [...document.querySelectorAll<HTMLElement>('.chart')].map(chartView);
  const redraw = () => {
    for (const view of views) view.redraw();
  };
  const resize = () => {
    for (const view of views) view.resize();
  };
  new ResizeObserver(resize).observe(document.querySelector('main')!);
  // On paper the page is narrow and light, and nothing is drawn between the two.
  addEventListener('beforeprint', () => {
    document.documentElement.dataset.printing = '';
    for (const view of views) view.resize(PAPER);
    redraw();
  });
  addEventListener('afterprint', () => {
    delete document.documentElement.dataset.printing;
    resize();
    redraw();
  });
  return { redraw, resize };
}

/** The width of a page of paper between its margins, in CSS pixels. */
const PAPER = 660;
