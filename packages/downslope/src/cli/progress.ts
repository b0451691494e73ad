import { liveLines, logLine } from './epoch-lines.js';
import { traceOf } from './sparkline.js';
import { type Style, widthOf } from './style.js';

/** What the display needs to know of an epoch. */
export interface EpochProgress {
  readonly model: string;
  readonly epoch: number;
  readonly epochs: number;
  readonly steps: number;
  readonly loss: number;
  readonly validationLoss?: number;
  readonly lr: number;
  readonly gradNorm: number;
  /** ‖update‖/‖parameter‖ of each parameter. */
  readonly updateRatio?: Readonly<Record<string, number>>;
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
  /** Columns and rows of the terminal, as it is now. */
  readonly size: () => { readonly columns: number; readonly rows: number };
  /** Training rows, for the rate in a log. */
  readonly rows: number;
  /** Milliseconds; a test gives its own clock. */
  readonly now?: () => number;
}

const HIDE = '\x1b[?25l';
const SHOW = '\x1b[?25h';
/** Terminals that know it show what is between at once. */
const FRAME = ['\x1b[?2026h', '\x1b[?2026l'] as const;
const END_OF_LINE = '\x1b[K';
const DOWN_FROM_HERE = '\x1b[J';
/** Milliseconds between two looks, on a terminal and in a log. */
const EVERY = { live: 100, plain: 10_000 };
/** Looking takes no more than this share of the time. */
const SHARE = 0.01;
/** The display of a training run: a few lines that are redrawn in place on a terminal, few lines in a log. */
export function progressOn(options: ProgressOptions): Progress {
  const { write, live, now = () => performance.now() } = options;
  const looks = { last: undefined as EpochProgress | undefined, training: traceOf(), validation: traceOf() };
  let next = live ? Number.NEGATIVE_INFINITY : now() + EVERY.plain;
  let drawn: readonly string[] = [];
  /** To the first column of the first line drawn, also when a narrower window has broken lines since. */
  const back = () => {
    const { columns } = options.size();
    const rows = drawn.reduce((sum, line) => sum + Math.max(1, Math.ceil(widthOf(line) / columns)), 0);
    return rows > 1 ? `\r\x1b[${rows - 1}A` : '\r';
  };
  const draw = (lines: readonly string[]) => {
    const start = drawn.length > 0 ? back() : HIDE;
    write(FRAME[0] + start + lines.map((line) => line + END_OF_LINE).join('\n') + DOWN_FROM_HERE + FRAME[1]);
    drawn = lines;
  };
  return {
    epoch: (event) => {
      looks.training.add(event.loss);
      if (event.validationLoss !== undefined) looks.validation.add(event.validationLoss);
      // Not every epoch is looked at; the last look holds until the next.
      const { validationLoss, updateRatio } = { ...looks.last, ...defined(event) };
      looks.last = { ...event, validationLoss, updateRatio };
      const start = now();
      if (start < next) return;
      next = start + EVERY.plain;
      if (!live) return write(`${logLine(looks.last, options.rows)}\n`);
      draw(liveLines(looks.last, looks, options.size(), options.style));
      next = start + Math.max(EVERY.live, (now() - start) / SHARE);
    },
    stop: () => {
      if (drawn.length > 0) write(back() + DOWN_FROM_HERE + SHOW);
      drawn = [];
    },
  };
}

const defined = (event: EpochProgress): Partial<EpochProgress> =>
  Object.fromEntries(Object.entries(event).filter(([, value]) => value !== undefined));
