import type uPlot from 'uplot';
import type { Chart } from '../data.js';
import { epochName, logRange, logTicks } from './axes.js';
import type { Legend } from './legend.js';
import { write } from './numbers.js';

/** What the reader set. */
export interface Look {
  log: boolean;
  /** 0: none. */
  smoothing: number;
}

/** Lines differ in dashes as well as in colour; the page's style has the same for its legends. */
const DASHES = [[], [7, 4], [2, 3], [10, 3, 2, 3], [14, 4], [4, 2], [1, 4], [8, 2, 2, 2, 2, 2]];
const FONT = '12px system-ui, sans-serif';

/** A chart as uPlot wants it described. Colours are asked for at each drawing, as they change with the theme. */
export function optionsFor(
  { x, series, unit, mark }: Chart,
  { log, smoothing }: Look,
  legend: Legend,
  size: { readonly width: number; readonly height: number },
): uPlot.Options {
  const ink = () => getComputedStyle(document.querySelector('.facts')!).color;
  const faint = () => getComputedStyle(document.querySelector('.card')!).borderTopColor;
  const axis: uPlot.Axis = {
    stroke: ink,
    font: FONT,
    labelFont: FONT,
    labelSize: 18,
    labelGap: 0,
    grid: { stroke: faint, width: 1 },
    ticks: { stroke: faint, width: 1, size: 4 },
  };
  const named = (name: (value: number) => string): Pick<uPlot.Axis, 'values'> => ({
    values: (_, all) => all.map((value) => (value === null ? '' : name(value))),
  });
  const logAxis: uPlot.Axis = {
    splits: (_plot, _i, low, high) => logTicks(low, high),
    filter: (_, all) => all,
    grid: { ...axis.grid, filter: (_, all) => all },
  };
  const faded = smoothing > 0;
  const line = (i: number, faded: boolean): uPlot.Series => ({
    label: series[i]!.name,
    stroke: () => legend.colour(i),
    width: faded ? 1 : 2,
    alpha: faded ? 0.35 : 1,
    dash: DASHES[i % DASHES.length],
    spanGaps: true,
    points: { show: x.length < 3 },
  });
  return {
    ...size,
    legend: { show: false },
    cursor: { drag: { x: true, y: false }, points: { size: 7 }, y: false },
    scales: {
      x: { time: false },
      y: log ? { distr: 3, range: (_, low, high) => logRange(low, high) } : {},
    },
    axes: [
      { ...axis, size: 30, label: 'epoch', ...named(epochName) },
      { ...axis, size: 56, label: unit, ...named(write), ...(log ? logAxis : {}) },
    ],
    series: [
      {},
      ...series.map((_, i) => line(i, faded)),
      ...(faded ? series.map((_, i) => line(i, false)) : []),
    ],
    hooks: {
      setCursor: [(plot) => legend.show(plot.cursor.idx ?? undefined)],
      draw: mark ? [(plot) => drawMark(plot, mark, ink())] : [],
    },
  };
}

/** A line at a place on the x axis. */
function drawMark(plot: uPlot, { at, name }: NonNullable<Chart['mark']>, colour: string): void {
  const { left, top, width, height } = plot.bbox;
  const x = plot.valToPos(at, 'x', true);
  if (x < left || x > left + width) return;
  const { ctx } = plot;
  const ratio = devicePixelRatio;
  const right = x > left + width / 2;
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.fillStyle = colour;
  ctx.lineWidth = ratio;
  ctx.setLineDash([3 * ratio, 3 * ratio]);
  ctx.beginPath();
  ctx.moveTo(x, top);
  ctx.lineTo(x, top + height);
  ctx.stroke();
  ctx.font = `${12 * ratio}px system-ui, sans-serif`;
  ctx.textAlign = right ? 'right' : 'left';
  ctx.textBaseline = 'top';
  ctx.fillText(name, x + (right ? -6 : 6) * ratio, top + 4 * ratio);
  ctx.restore();
}
