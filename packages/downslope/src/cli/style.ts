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

/** Letters that show. */
export const widthOf = (text: string): number => [...stripVTControlCharacters(text)].length;

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

/**
 * A label in the margin and lines beside it, the form of everything that the commands print.
 *
 * @param width of the margin, the same for the blocks of one report
 */
export function block(label: string, lines: readonly string[], style: Style, width = 11): string[] {
  return lines.map((line, i) => `  ${pad(i === 0 ? style.bold(label) : '', width, 'left')}${line}`.trimEnd());
}

/** The text cut to a width, with an ellipsis where something is lost. */
export const cut = (text: string, width: number): string =>
  widthOf(text) <= width ? text : `${[...text].slice(0, Math.max(0, width - 1)).join('')}…`;
