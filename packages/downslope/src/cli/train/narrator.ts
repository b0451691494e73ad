import type { ModelEvent, TableEvent, TrainTableOptions } from '@downslope/core';
import { type Output, outputOn } from '../output.js';
import { type Progress, progressOn } from '../progress.js';
import { foundLines } from '../report/found.js';
import { preparedLines, resultLines, trainedLines } from '../report/trained.js';
import { block, isLive, styleFor } from '../style.js';
import { splitInWords } from './options.js';

/** Tells a person what happens in a run. */
export interface Narrator {
  tell(event: TableEvent): void;
  /** A line about the run, with its label, beside what is told. */
  say(label: string, line: string): void;
  /** Takes the progress display away. */
  stop(): void;
}

/** What is found and learned goes to `report`, how far the training is to the terminal or log `err`. */
export function narratorOn(report: Output, err: NodeJS.WriteStream, options: TrainTableOptions): Narrator {
  const { style } = report;
  let progress: Progress | undefined;
  let model: ModelEvent | undefined;
  let rows = 0;
  let classes = false;
  const progressNow = () =>
    progressOn({
      write: (text) => err.write(text),
      style: styleFor(err),
      live: isLive(err),
      size: () => ({ columns: err.columns || 80, rows: err.rows || 24 }),
      rows,
    });
  // However the program ends, the cursor is given back.
  process.once('exit', () => progress?.stop());
  return {
    tell: (event) => {
      switch (event.kind) {
        case 'inspected':
          classes = event.inspection.target.task !== 'regression';
          return report.lines(foundLines(event.inspection, style));
        case 'prepared':
          rows = event.rows.train;
          return report.lines(preparedLines(event, splitInWords(options, classes), style));
        case 'model':
          model = event;
          progress = progressNow();
          return;
        case 'epoch':
          return progress?.epoch(event);
        case 'finding':
          progress?.stop();
          if (event.rule === 'lr') return report.lines(block('rate', [event.message], style));
          return outputOn(err).lines(block('note', [event.message], styleFor(err)));
        case 'trained':
          progress?.stop();
          return report.lines(trainedLines(model!, event, style));
        case 'end':
          return report.lines(resultLines(event.result, style));
      }
    },
    say: (label, line) => {
      progress?.stop();
      outputOn(err).lines(block(label, [line], styleFor(err)));
    },
    stop: () => progress?.stop(),
  };
}
