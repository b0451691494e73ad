import type uPlot from 'uplot';
import type { Chart } from '../data.js';

/**
 * Lets a chart be read and zoomed by keys: arrows go along the epochs, with Shift by ten; Home and End to the ends;
 * + and − zoom, 0 and Escape show all.
 */
export function listenToKeys(
  canvas: HTMLElement,
  { title, x }: Chart,
  plotNow: () => uPlot | undefined,
  say: (at: number) => void,
): void {
  canvas.tabIndex = 0;
  canvas.setAttribute('role', 'group');
  canvas.setAttribute(
    'aria-label',
    `${title} against the epoch. Arrow keys read values, plus and minus zoom, 0 shows all.`,
  );
  canvas.addEventListener('keydown', (event) => {
    const plot = plotNow();
    if (!plot || event.ctrlKey || event.metaKey || event.altKey) return;
    const last = x.length - 1;
    const at = plot.cursor.idx ?? undefined;
    const by = event.shiftKey ? 10 : 1;
    const move = (to: number) => {
      const i = Math.min(last, Math.max(0, to));
      plot.setCursor({ left: plot.valToPos(x[i]!, 'x'), top: 10 });
      say(i);
    };
    const actions: Record<string, () => void> = {
      ArrowRight: () => move(at === undefined ? 0 : at + by),
      ArrowLeft: () => move(at === undefined ? last : at - by),
      Home: () => move(0),
      End: () => move(last),
      '+': () => zoom(plot, x, 0.5),
      '=': () => zoom(plot, x, 0.5),
      '-': () => zoom(plot, x, 2),
      '0': () => showAll(plot, x),
      Escape: () => showAll(plot, x),
    };
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });
}

export const showAll = (plot: uPlot, x: readonly number[]): void =>
  plot.setScale('x', { min: x[0]!, max: x.at(-1)! });

/** About the cursor, or the middle. */
function zoom(plot: uPlot, x: readonly number[], factor: number): void {
  const low = plot.scales.x?.min ?? x[0]!;
  const high = plot.scales.x?.max ?? x.at(-1)!;
  const at = plot.cursor.idx;
  const middle = at === null || at === undefined ? (low + high) / 2 : x[at]!;
  plot.setScale('x', {
    min: Math.max(x[0]!, middle - (middle - low) * factor),
    max: Math.min(x.at(-1)!, middle + (high - middle) * factor),
  });
}
