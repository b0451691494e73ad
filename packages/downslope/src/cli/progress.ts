import { compact, duration, significant } from '../format.js';
import { cut, type Style, widthOf } from './style.js';

/** What the display needs to know of an epoch. */
export interface EpochProgress {
  readonly model: string;
  readonly epoch: number;
  readonly epochs: number;
  readonly loss: number;
  readonly validationLoss?: number;
  /** Since this model's training began. */
  readonly seconds: number;
}

export interface Progress {
  /** Shows an epoch, unless another was shown just before. */
  epoch(event: EpochProgress): void;
  /** Takes the display away and gives the cursor back. */
  stop(): void;
}

export interface ProgressOptions {
  readonly write: (text: string) => void;
  readonly style: Style;
  /** Lines may be drawn over; otherwise a plain line is written now and then. */
  readonly live: boolean;
  /** Columns of the terminal. */
  readonly width: () => number;
  /** Training rows, for the rate. */
  readonly rows: number;
  /** Milliseconds; a test gives its own clock. */
  readonly now?: () => number;
}

const HIDE = '\x1b[?25l';
const SHOW = '\x1b[?25h';
const CLEAR = '\r\x1b[2K';
/** Milliseconds between two looks, on a terminal and in a log. */
const EVERY = { live: 80, plain: 10_000 };
/** Cells of the bar: as many as there is room for. */
const BAR = { least: 6, most: 24 };

/** The display of a training run: one line that is redrawn on a terminal, few lines in a log. */
export function progressOn(options: ProgressOptions): Progress {
  const { write, style, live, now = () => performance.now() } = options;
  let shown = live ? Number.NEGATIVE_INFINITY : now();
  let drawn = false;
  let validated: number | undefined;
  const clear = () => {
    if (drawn) write(CLEAR + SHOW);
    drawn = false;
  };
  return {
    epoch: (given) => {
      // Not every epoch is looked at; the last look holds until the next.
      validated = given.validationLoss ?? validated;
      const event = { ...given, validationLoss: validated };
      if (now() - shown < (live ? EVERY.live : EVERY.plain)) return;
      shown = now();
      if (!live) return write(`${partsOf(event, options.rows).join('   ')}\n`);
      write(`${drawn ? '' : HIDE}${CLEAR}${liveLine(event, options, style)}`);
      drawn = true;
    },
    stop: clear,
  };
}

/** The bar between the model and as many facts as fit, the most wanted first. */
function liveLine(event: EpochProgress, { rows, width }: ProgressOptions, style: Style): string {
  const [model = '', ...facts] = partsOf(event, rows);
  let room = width() - 1 - widthOf(model) - 2 - BAR.least;
  let text = '';
  for (const fact of facts) {
    room -= widthOf(fact) + 2;
    if (room < 0) break;
    text += `  ${fact}`;
  }
  if (text === '') return cut(`${model}  ${facts[0] ?? ''}`, width() - 1);
  const cells = Math.min(BAR.most, width() - 1 - widthOf(model) - 2 - widthOf(text));
  const filled = Math.round((cells * event.epoch) / event.epochs);
  const bar = style.cyan('━'.repeat(filled)) + style.dim('─'.repeat(cells - filled));
  return `${model}  ${bar}${text}`;
}

function partsOf(event: EpochProgress, rows: number): string[] {
  const { model, epoch, epochs, loss, validationLoss, seconds } = event;
  const left = (seconds / epoch) * (epochs - epoch);
  return [
    `  ${model}`,
    `epoch ${String(epoch).padStart(String(epochs).length)}/${epochs}`,
    `loss ${significant(loss)}`,
    ...(validationLoss === undefined ? [] : [`validation ${significant(validationLoss)}`]),
    `≤ ${duration(left)} left`,
    `${compact((epoch * rows) / Math.max(seconds, 1e-3))} rows/s`,
  ];
}
