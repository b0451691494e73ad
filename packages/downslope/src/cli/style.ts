import { stripVTControlCharacters } from 'node:util';
import picocolors from 'picocolors';

export type Style = ReturnType<typeof picocolors.createColors>;

type Environment = Readonly<Record<string, string | undefined>>;

/** Colours for a stream: none where it is no terminal, or `NO_COLOR` is set. */
export function styleFor(stream: { isTTY?: boolean }, env: Environment = process.env): Style {
  if (env.NO_COLOR) return picocolors.createColors(false);
  if (env.FORCE_COLOR !== undefined) return picocolors.createColors(env.FORCE_COLOR !== '0');
  return picocolors.createColors(stream.isTTY === true && env.TERM !== 'dumb');
}

/** Whether lines may be drawn over: on a terminal that a person looks at. */
export const isLive = (stream: { isTTY?: boolean }, env: Environment = process.env): boolean =>
  stream.isTTY === true && !env.CI && env.TERM !== 'dumb';

/** Marks that stand on the letter before them, and letters as wide as two. */
const NO_WIDTH = /^[\p{Mn}\p{Me}\p{Cf}]$/u;
const WIDE =
  /^[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]$/u;

const letterWidth = (letter: string): number => (NO_WIDTH.test(letter) ? 0 : WIDE.test(letter) ? 2 : 1);

/** Cells of a terminal that the text takes. */
export function widthOf(text: string): number {
  let width = 0;
  for (const letter of stripVTControlCharacters(text)) width += letterWidth(letter);
  return width;
}

const pad = (text: string, width: number, align: Align): string => {
  const blanks = ' '.repeat(Math.max(0, width - widthOf(text)));
  return align === 'right' ? blanks + text : text + blanks;
};

export type Align = 'left' | 'right';

/**
 * Cells in columns as wide as their widest cell.
 *
 * @param options `align` for each column (default left; the last of them holds for those that follow), `gap`
 *   blanks between columns (2), `indent` blanks before each line (2)
 */
export function aligned(
  rows: readonly (readonly string[])[],
  options: { align?: readonly Align[]; gap?: number; indent?: number } = {},
): string[] {
  const { align = ['left'], gap = 2, indent = 2 } = options;
  const widths: number[] = [];
  for (const row of rows)
    for (const [i, text] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, widthOf(text));
  const alignOf = (i: number): Align => align[Math.min(i, align.length - 1)]!;
  return rows.map((row) => {
    const cells = row.map((text, i) => pad(text, widths[i]!, alignOf(i)));
    return (' '.repeat(indent) + cells.join(' '.repeat(gap))).trimEnd();
  });
}

/** Columns that labels take. */
export const MARGIN = 11;

/** A label in the margin and lines beside it, the form of everything that the commands print. */
export function block(label: string, lines: readonly string[], style: Style): string[] {
  return lines.map((line, i) =>
    `  ${pad(i === 0 ? style.bold(label) : '', MARGIN, 'left')}${line}`.trimEnd(),
  );
}

/** The text in one line and without control characters, which a terminal might obey. */
export const oneLine = (text: string): string => text.replace(/\p{Cc}+/gu, ' ');

/** {@link oneLine}, cut to a width, with an ellipsis where something is lost. */
export function cut(text: string, width: number): string {
  const line = oneLine(text);
  if (widthOf(line) <= width) return line;
  let kept = '';
  let left = width - 1;
  for (const letter of line) {
    left -= letterWidth(letter);
    if (left < 0) break;
    kept += letter;
  }
  return `${kept}…`;
}

const MARGIN_BLANK = ' '.repeat(MARGIN + 2);

/** Below this many columns a terminal is too narrow for a margin. */
const NARROW = 64;

/**
 * A line of a {@link block} in pieces no wider than `width`, broken between words. On a narrow terminal the label
 * stands above its lines.
 */
export function wrapped(line: string, width: number): string[] {
  if (width >= NARROW) return broken(line, width, ' '.repeat(MARGIN + 4));
  const [, label = '', blanks = '', beside = ''] = /^ {2}(\S.*?)( {2,})(\S.*)$/.exec(line) ?? [];
  const rest = blanks.slice(MARGIN - widthOf(label)) + beside;
  if (rest !== '') return [`  ${label}`, ...broken(`    ${rest}`, width, ' '.repeat(6))];
  return broken(line.startsWith(MARGIN_BLANK) ? line.slice(MARGIN - 2) : line, width, ' '.repeat(6));
}

function broken(line: string, width: number, indent: string): string[] {
  if (widthOf(line) < width) return [line];
  const pieces: string[] = [];
  let piece = '';
  for (const word of line.split(/(?<=\S)(?= )/)) {
    if (piece.trim() !== '' && widthOf(piece + word) >= width) {
      pieces.push(piece);
      piece = indent + word.trimStart();
    } else piece += word;
  }
  return [...pieces, piece];
}
