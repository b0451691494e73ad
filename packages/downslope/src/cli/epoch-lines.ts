import { compact, duration, short, significant } from '../format.js';
import type { EpochProgress } from './progress.js';
import { sparkline, type Trace } from './sparkline.js';
import { cut, MARGIN, type Style, widthOf } from './style.js';

/** Below this many columns labels have no margin, below this many rows there is one line. */
const SMALL = { columns: 50, rows: 8 };
/** Cells of the bar, and of a sparkline: as many as there is room for. */
const CELLS = { least: 6, most: 30 };
/** Room at the right for the `^C` that terminals show. */
const SPARE = 3;

/** What a log says of an epoch. */
export function logLine(event: EpochProgress, rows: number): string {
  const { model, epoch, loss, validationLoss, seconds } = event;
  const facts = [
    model,
    epochOf(event),
    `loss ${significant(loss)}`,
    ...(validationLoss === undefined ? [] : [`validation ${significant(validationLoss)}`]),
    leftOf(event),
    `${compact((epoch * rows) / Math.max(seconds, 1e-3))} rows/s`,
  ];
  return `  ${facts.join('   ')}`;
}

/** How far it is, both losses and how they went, and what the steps are like; no line is wider than the terminal. */
export function liveLines(
  event: EpochProgress,
  { training, validation }: { readonly training: Trace; readonly validation: Trace },
  { columns, rows }: { readonly columns: number; readonly rows: number },
  style: Style,
): string[] {
  const { model, steps, seconds, loss, validationLoss } = event;
  const room = columns - SPARE;
  const fit = (label: string, facts: readonly string[], picture?: Picture) =>
    fitted(columns < SMALL.columns ? '' : label, facts, room, style, picture);
  const progress = [epochOf(event), leftOf(event), `${compact(steps / Math.max(seconds, 1e-3))} steps/s`];
  const bar: Picture = { first: true, of: (cells) => barOf(event, cells, style) };
  const curveOf = (trace: Trace): Picture => ({ of: (cells) => style.cyan(sparkline(trace.cells(cells))) });
  const first = fit(model, progress, bar);
  if (rows < SMALL.rows) return [first];
  const lossOf = (value: number) => [significant(value).padEnd(9)];
  return [
    first,
    fit('training', lossOf(loss), curveOf(training)),
    ...(validationLoss === undefined ? [] : [fit('validation', lossOf(validationLoss), curveOf(validation))]),
    fit('steps', stepsOf(event)),
  ];
}

function stepsOf({ lr, gradNorm, updateRatio = {} }: EpochProgress): string[] {
  const ratios = Object.values(updateRatio).toSorted((a, b) => a - b);
  const median = ratios[Math.floor(ratios.length / 2)];
  return [
    ...(Number.isFinite(lr) ? [`rate ${short(lr)}`] : []),
    `gradient ${significant(gradNorm, 3)}`,
    ...(median === undefined ? [] : [`update ratio ${significant(median, 2)}`]),
  ];
}

const epochOf = ({ epoch, epochs }: EpochProgress): string =>
  `epoch ${String(epoch).padStart(String(epochs).length)}/${epochs}`;

/** A run may stop before its last epoch. */
const leftOf = ({ epoch, epochs, seconds }: EpochProgress): string =>
  `≤ ${duration((seconds / epoch) * (epochs - epoch))} left`;

/** Something drawn in cells, before or after the facts of a line. */
interface Picture {
  readonly first?: boolean;
  readonly of: (cells: number) => string;
}

/** A label, as many facts as there is room for, the most wanted first, and a picture in what is left. */
function fitted(
  label: string,
  facts: readonly string[],
  room: number,
  style: Style,
  picture?: Picture,
): string {
  const margin = label === '' ? 2 : Math.max(MARGIN + 2, widthOf(label) + 3);
  const left = room - margin - (picture ? CELLS.least + 2 : 0);
  const kept = facts.filter((_, i) => widthOf(facts.slice(0, i + 1).join('  ')) <= left);
  if (kept.length === 0) return cut(`  ${facts[0] ?? ''}`, room);
  const start = `  ${label && style.bold(label)}${' '.repeat(margin - 2 - widthOf(label))}`;
  const text = kept.join('  ');
  const drawn = picture?.of(Math.min(CELLS.most, room - margin - widthOf(text) - 2));
  if (drawn === undefined) return start + text;
  return start + (picture?.first ? `${drawn}  ${text}` : `${text}  ${drawn}`);
}

function barOf({ epoch, epochs }: EpochProgress, cells: number, style: Style): string {
  const filled = Math.round((cells * epoch) / epochs);
  return style.cyan('━'.repeat(filled)) + style.dim('─'.repeat(cells - filled));
}
