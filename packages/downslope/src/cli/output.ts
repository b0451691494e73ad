import { type Style, styleFor, wrapped } from './style.js';

/** Where a command writes what people read. */
export interface Output {
  readonly style: Style;
  /** On a terminal, lines wider than it go on below, in the same margin. */
  lines(lines: readonly string[]): void;
  /** What was made for its width, as it is. */
  drawn(lines: readonly string[]): void;
  /** Columns of the terminal; 80 where it is none. */
  readonly width: number;
}

type Stream = Pick<NodeJS.WriteStream, 'write' | 'isTTY' | 'columns'>;

export const outputOn = (stream: Stream): Output => ({
  style: styleFor(stream),
  width: stream.isTTY ? stream.columns : 80,
  drawn: (lines) => {
    stream.write(`${lines.join('\n')}\n`);
  },
  lines: (lines) => {
    const width = stream.isTTY ? stream.columns : Number.POSITIVE_INFINITY;
    for (const line of lines) stream.write(`${wrapped(line, width).join('\n')}\n`);
  },
});
